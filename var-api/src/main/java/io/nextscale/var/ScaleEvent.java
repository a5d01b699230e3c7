package io.nextscale.var;

import io.nextscale.torch.Tensor;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.scale.Scale;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * State of a generation after one of its scales, given to a {@link ScaleListener}. {@link #logits}
 * and {@link #preview} work during the listener's call only. Their results hold no native memory
 * and may be kept.
 */
public final class ScaleEvent {
  private final int index;
  private final int count;
  private final Scale scale;
  private final Call call;
  private final ImageCodec codec;
  private final Tensor logits;
  private final long[] tokens;
  private final Tensor decoderInput;
  private volatile boolean over;

  ScaleEvent(
      int index,
      int count,
      Scale scale,
      Call call,
      ImageCodec codec,
      Tensor logits,
      long[] tokens,
      Tensor decoderInput) {
    this.index = index;
    this.count = count;
    this.scale = scale;
    this.call = call;
    this.codec = codec;
    this.logits = logits;
    this.tokens = tokens;
    this.decoderInput = decoderInput;
  }

  /** Index of the finished scale, from 0. */
  public int index() {
    return index;
  }

  /** Number of scales of the generation. */
  public int count() {
    return count;
  }

  /** Grid of the finished scale. */
  public Scale scale() {
    return scale;
  }

  /** Copies the tokens of this scale as drawn, before an edit replaces them: (B, l) row-major. */
  public long[] tokens() {
    return tokens.clone();
  }

  /**
   * Copies the logits after guidance and before sampling: (B, l, V) row-major.
   *
   * @throws IllegalStateException after the listener's call
   */
  public float[] logits() {
    requireDuringCall();
    return call.compute(logits::toFloats);
  }

  /**
   * Decodes the images as they are after this scale, one for each class. A VAR model gives images
   * of full size, and each preview costs as much as the decoding at the end; a FlexVAR model gives
   * images as large as the scale.
   *
   * @throws IllegalStateException after the listener's call
   */
  public List<BufferedImage> preview() {
    requireDuringCall();
    List<BufferedImage> images = new ArrayList<>();
    for (PixelArray pixels : call.compute(() -> codec.decode(decoderInput))) {
      images.add(pixels.toImage());
    }
    return images;
  }

  /** Ends the listener's call. */
  void end() {
    over = true;
  }

  private void requireDuringCall() {
    if (over) {
      throw new IllegalStateException("a ScaleEvent is usable during the listener's call only");
    }
  }
}
