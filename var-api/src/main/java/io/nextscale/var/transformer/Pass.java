package io.nextscale.var.transformer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One pass over the positions of some scales, which follow those of earlier passes. */
public interface Pass {
  /** Largest number of tokens L of a pass over all scales; its mask has L² elements. */
  int MAX_TOKENS_AT_ONCE = 1 << 14;

  /** The scales of the pass's positions, in order. */
  List<Scale> scales();

  /**
   * The mask that attention adds to its scores, broadcast to (B, 1, l, L), or none where every
   * position sees all that the state has.
   */
  @Nullable Tensor mask();

  /** Returns the state of a mixer of a block. */
  MixerState state(int block, int mixer);

  /**
   * Checks that one pass can hold all tokens of the scales.
   *
   * @throws IllegalArgumentException if they have more than {@link #MAX_TOKENS_AT_ONCE} tokens
   */
  static void requireOnePass(Scales scales) {
    if (scales.tokens() > MAX_TOKENS_AT_ONCE) {
      throw new IllegalArgumentException(
          "%s tokens in one masked pass: expected at most %s"
              .formatted(scales.tokens(), MAX_TOKENS_AT_ONCE));
    }
  }

  /**
   * Makes the mask that hides later scales from each position (VAR, section 3.2: block-wise causal
   * attention), 0 where a query sees a key, −∞ elsewhere: (1, 1, L, L).
   *
   * @param dtype element type of the queries
   */
  static Tensor mask(Scales scales, DType dtype, Device device) {
    int length = scales.tokens();
    float[] mask = new float[length * length];
    int row = 0;
    for (int k = 0; k < scales.count(); k++) {
      Scale scale = scales.get(k);
      int visible = scales.start(k) + scale.tokens();
      for (int i = 0; i < scale.tokens(); i++, row++) {
        for (int column = visible; column < length; column++) {
          mask[row * length + column] = Float.NEGATIVE_INFINITY;
        }
      }
    }
    return Tensor.of(mask, 1, 1, length, length).to(dtype).to(device);
  }

  /**
   * The pass over all scales at once, before which there is nothing.
   *
   * @param mask hides later scales; none if no mixer needs it
   */
  record AllScales(List<Scale> scales, @Nullable Tensor mask) implements Pass {
    @Override
    public MixerState state(int block, int mixer) {
      return MixerState.NONE;
    }
  }
}
