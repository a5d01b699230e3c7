package io.nextscale.var.transformer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values that the queries of a pass attend to: those of their scale and all earlier ones.
 */
public interface AttentionContext {
  /** Largest number of tokens L of one masked pass; its mask has L² elements. */
  int MAX_MASKED_TOKENS = 1 << 14;

  /**
   * Keys and values of one block.
   *
   * @param key (B, H, L, d)
   * @param value (B, H, L, d)
   */
  record KeyValue(Tensor key, Tensor value) {}

  /**
   * Returns the keys and values that a pass attends to.
   *
   * @param block index of the transformer block
   * @param own keys and values of the pass's own positions, (B, H, l, d)
   */
  KeyValue extend(int block, KeyValue own);

  /** The mask that is added to the scores, broadcast to (B, 1, l, L), or none. */
  @Nullable Tensor mask();

  /**
   * Checks that one masked pass can hold all tokens of the scales.
   *
   * @throws IllegalArgumentException if they have more than {@link #MAX_MASKED_TOKENS} tokens
   */
  static void requireOnePass(Scales scales) {
    if (scales.tokens() > MAX_MASKED_TOKENS) {
      throw new IllegalArgumentException(
          "%s tokens in one masked pass: expected at most %s"
              .formatted(scales.tokens(), MAX_MASKED_TOKENS));
    }
  }

  /**
   * Computes all scales in one pass: a mask hides later scales from each position (VAR, section
   * 3.2: block-wise causal attention).
   *
   * @param dtype element type of the queries
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
   * The context of one pass over all positions.
   *
   * @param mask (1, 1, L, L), 0 where a query sees a key, −∞ elsewhere
   */
  record Masked(Tensor mask) implements AttentionContext {
    @Override
    public KeyValue extend(int block, KeyValue own) {
      return own;
    }
  }
}
