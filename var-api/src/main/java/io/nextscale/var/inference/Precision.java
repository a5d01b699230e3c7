package io.nextscale.var.inference;

import io.nextscale.torch.DType;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.scale.Scales;
import java.util.OptionalInt;

/**
 * The element types of a run.
 *
 * @param blocks of the transformer's blocks and the decoder, FLOAT32 or BFLOAT16
 * @param first how many scales a run computes in float32 beside BFLOAT16; if empty, all first
 *     scales of at most {@value #SMALL_TOKENS} tokens, which take hardly longer so: their products
 *     wait for the weights
 */
public record Precision(DType blocks, OptionalInt first) {
  static final int SMALL_TOKENS = 16;
  // a model of this many bytes is held twice without being asked for
  private static final long SMALL_BYTES = 64 << 20;

  /**
   * The element types of a model: float32 for the first scales where that is asked for, or where
   * the weights are small enough to be held twice.
   */
  public static Precision of(DType blocks, OptionalInt asked, TransformerConfig config) {
    boolean small = config.linearParameterCount() * DType.FLOAT32.byteSize() <= SMALL_BYTES;
    boolean none = blocks == DType.FLOAT32 || (asked.isEmpty() && !small);
    return new Precision(blocks, none ? OptionalInt.of(0) : asked);
  }

  /** Whether some scales compute with float32 weights of their own. */
  boolean holdsFloat32() {
    return first.isEmpty() || first.getAsInt() > 0;
  }

  /** Number of scales of a run that compute in float32 beside the others. */
  public int float32Scales(Scales scales) {
    if (first.isPresent()) {
      return Math.min(first.getAsInt(), scales.count());
    }
    int small = 0;
    while (small < scales.count() && scales.get(small).tokens() <= SMALL_TOKENS) {
      small++;
    }
    return small;
  }
}
