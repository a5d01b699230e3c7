package io.nextscale.var;

import io.nextscale.torch.Tensor;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.scale.Scale;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** The state of a generation after one of its scales. */
public final class ScaleEvent {
  private final int index;
  private final int count;
  private final Scale scale;
  private final ImageCodec codec;
  private final Tensor logits;
  private final long[] tokens;
  private final Tensor decoderInput;
  private boolean over;

  ScaleEvent(
      int index,
      int count,
      Scale scale,
      ImageCodec codec,
      Tensor logits,
      long[] tokens,
      Tensor decoderInput) {
    this.index = index;
    this.count = count;
    this.scale = scale;
    this.codec = codec;
    this.logits = logits;
    this.tokens = tokens;
    this.decoderInput = decoderInput;
  }

  /** Which scale is done, from 0. */
  public int index() {
    return index;
  }

  /** Number of scales of the run. */
  public int count() {
    return count;
  }

  /** The grid of the scale. */
  public Scale scale() {
    return scale;
  }

  /** The tokens as drawn, for all images, (B, l) row-major. */
  public long[] tokens() {
    return tokens.clone();
  }

  /** Copies the logits after guidance and before filtering, (B, l, V) row-major. */
  public float[] logits() {
    requireDuringCall();
    return logits.toFloats();
  }

  /** Decodes the images as they are after this scale; costs as much as the decoding at the end. */
  public List<BufferedImage> preview() {
    requireDuringCall();
    List<BufferedImage> images = new ArrayList<>();
    for (PixelArray pixels : codec.decode(decoderInput)) {
      images.add(pixels.toImage());
    }
    return images;
  }

  void end() {
    over = true;
  }

  private void requireDuringCall() {
    if (over) {
      throw new IllegalStateException("a ScaleEvent is usable during the listener's call only");
    }
  }
}
