package io.nextscale.var.transformer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import org.jspecify.annotations.Nullable;

/** The positions that the queries of a pass attend to: their own scale's and all earlier ones. */
public interface AttentionContext {
  /** The most tokens of one masked pass, whose mask has the square of it in elements. */
  int MAX_MASKED_TOKENS = 1 << 14;

  /**
   * Keys and values of one block.
   *
   * @param key (B, H, L, d)
   * @param value (B, H, L, d)
   */
  record KeyValue(Tensor key, Tensor value) {}

  /**
   * The keys and values that a pass attends to.
   *
   * @param block index of the block that asks
   * @param own those of the pass's own positions, (B, H, l, d)
   */
  KeyValue extend(int block, KeyValue own);

  /** Added to the scores, broadcast to (B, 1, l, L); or none. */
  @Nullable Tensor mask();

  /**
   * Checks that scales are not too many for one masked pass.
   *
   * @throws IllegalArgumentException if they have more than {@link #MAX_MASKED_TOKENS} tokens
   */
  static void requireOnePass(Scales scales) {
    if (scales.tokens() > MAX_MASKED_TOKENS) {
      throw new IllegalArgumentException(
          "scales of %d tokens in one masked pass: at most %d"
              .formatted(scales.tokens(), MAX_MASKED_TOKENS));
    }
  }

  /**
   * All scales in one pass: a mask hides later scales from each position.
   *
   * @param dtype of the queries
   * @throws IllegalArgumentException if they have more than {@link #MAX_MASKED_TOKENS} tokens
   */
  static AttentionContext masked(Scales scales, DType dtype, Device device) {
    requireOnePass(scales);
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
    return new Masked(Tensor.of(mask, 1, 1, length, length).to(dtype).to(device));
  }

  /**
   * One pass over all positions.
   *
   * @param mask (1, 1, L, L): 0 where a position is seen, −∞ elsewhere
   */
  record Masked(Tensor mask) implements AttentionContext {
    @Override
    public KeyValue extend(int block, KeyValue own) {
      return own;
    }
  }
}
