package io.nextscale.var.inference;

import io.nextscale.torch.DType;
import io.nextscale.var.check.Check;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.scale.Scales;
import java.util.OptionalInt;

/**
 * Decides which scales of a run compute in float32
 * (docs/decisions/0009-first-scales-in-float32.md).
 *
 * @param blocks element type of the transformer's blocks and the decoder, FLOAT32 or BFLOAT16
 * @param first number of first scales that compute in float32 beside BFLOAT16; if empty, the first
 *     scales of at most {@value #SMALL_TOKENS} tokens, which take hardly longer in float32: their
 *     products wait for the weights
 */
public record Precision(DType blocks, OptionalInt first) {
  static final int SMALL_TOKENS = 16;
  // up to this many bytes, weights are held in both element types by default
  private static final long SMALL_BYTES = 64 << 20;

  /**
   * Chooses float32 for the first scales where it is requested, or where the weights are small
   * enough to be held in both element types.
   *
   * @param requested number of first scales in float32; if empty, the size of the model decides
   */
  public static Precision of(DType blocks, OptionalInt requested, TransformerConfig config) {
    boolean small = isSmall(config);
    boolean none = blocks == DType.FLOAT32 || (requested.isEmpty() && !small);
    return new Precision(blocks, none ? OptionalInt.of(0) : requested);
  }

  /**
   * The precision of a raster model, which has one scale.
   *
   * @throws IllegalArgumentException if first scales in float32 were requested beside bfloat16
   */
  static Precision ofRaster(DType blocks, OptionalInt requested) {
    Check.that(
        blocks == DType.FLOAT32 || requested.orElse(0) == 0,
        "float32 scales",
        requested.orElse(0),
        "0: a raster model has one scale");
    return new Precision(blocks, OptionalInt.of(0));
  }

  /** Whether the weights of a model's blocks take little memory. */
  static boolean isSmall(TransformerConfig config) {
    return config.linearParameterCount() * DType.FLOAT32.byteSize() <= SMALL_BYTES;
  }

  /** Whether some scales need float32 weights beside the others. */
  boolean holdsFloat32() {
    return first.isEmpty() || first.getAsInt() > 0;
  }

  /** Returns the number of first scales that compute in float32 beside the others. */
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
