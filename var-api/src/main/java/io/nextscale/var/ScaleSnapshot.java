package io.nextscale.var;

import io.nextscale.torch.Tensor;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.scale.Scale;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * Images of a generation as they were after one of its scales, not decoded yet; made by {@link
 * ScaleEvent#snapshot}. Holds no native memory. Safe for use by several threads.
 */
public final class ScaleSnapshot {
  private final int index;
  private final List<Scale> steps;
  private final long[] tokens;
  private final float[] decoderInput;
  private final long[] shape;
  private final Calls calls;
  private final ImageCodec codec;

  ScaleSnapshot(
      int index,
      List<Scale> steps,
      long[] tokens,
      float[] decoderInput,
      long[] shape,
      Calls calls,
      ImageCodec codec) {
    this.index = index;
    this.steps = steps;
    this.tokens = tokens;
    this.decoderInput = decoderInput;
    this.shape = shape;
    this.calls = calls;
    this.codec = codec;
  }

  /** Index of the scale, from 0. */
  public int index() {
    return index;
  }

  /** Number of scales of the generation. */
  public int count() {
    return steps.size();
  }

  /** Grid of the scale. */
  public Scale scale() {
    return steps.get(index);
  }

  /** Copies the tokens of the scale as drawn, before an edit replaced them: (B, l) row-major. */
  public long[] tokens() {
    return tokens.clone();
  }

  /**
   * Decodes the images, one for each class, as a call of the generator of its own. They are equal
   * to those of {@link ScaleEvent#preview}.
   *
   * @throws IllegalStateException if the generator is closed
   * @throws java.util.concurrent.RejectedExecutionException if the generator has {@link
   *     LoadOptions#maxCalls} calls
   */
  public List<BufferedImage> images() {
    return images(
        calls.compute(
            () -> codec.decode(Tensor.of(decoderInput, shape).to(codec.tokenizer().device()))));
  }

  static List<BufferedImage> images(List<PixelArray> decoded) {
    return decoded.stream().map(PixelArray::toImage).toList();
  }

  @Override
  public String toString() {
    return "ScaleSnapshot[scale %s of %s (%s)]".formatted(index + 1, count(), scale());
  }
}
