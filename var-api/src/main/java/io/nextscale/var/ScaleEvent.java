package io.nextscale.var;

import io.nextscale.torch.Tensor;
import io.nextscale.var.generate.GenerationRun;
import io.nextscale.var.scale.Scale;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * State of a generation after one of its scales, or after a row of tokens in a raster model, given
 * to a {@link ScaleListener}. {@link #logits}, {@link #preview} and {@link #snapshot} work during
 * the listener's call only. Their results hold no native memory and may be kept.
 */
public final class ScaleEvent {
  private final GenerationRun.Done done;
  private final List<Scale> steps;
  private final Calls calls;
  private final Call call;
  private final ImageCodec codec;
  private volatile boolean over;

  ScaleEvent(GenerationRun.Done done, List<Scale> steps, Calls calls, Call call, ImageCodec codec) {
    this.done = done;
    this.steps = steps;
    this.calls = calls;
    this.call = call;
    this.codec = codec;
  }

  /** Index of the finished scale, from 0; a raster model counts rows. */
  public int index() {
    return done.step();
  }

  /** Number of scales of the generation, or of rows. */
  public int count() {
    return steps.size();
  }

  /** Grid of the finished scale; that of a row is 1 high. */
  public Scale scale() {
    return steps.get(done.step());
  }

  /** Position of the first of the finished tokens among all tokens of an image. */
  public int position() {
    return steps.subList(0, done.step()).stream().mapToInt(Scale::tokens).sum();
  }

  /** Copies the tokens of this scale as drawn, before an edit replaces them: (B, l) row-major. */
  public long[] tokens() {
    return done.tokens().clone();
  }

  /**
   * Copies the logits after guidance, before the request's own processor and sampling: (B, l, V)
   * row-major.
   *
   * @throws IllegalStateException after the listener's call
   */
  public float[] logits() {
    requireDuringCall();
    return call.compute(done.logits()::toFloats);
  }

  /**
   * Decodes the images as they are after this scale, one for each class. A VAR model gives images
   * of full size, and each preview costs as much as the decoding at the end; a FlexVAR model gives
   * images as large as the scale. The generation waits meanwhile: see {@link #snapshot}.
   *
   * @throws IllegalStateException after the listener's call
   */
  public List<BufferedImage> preview() {
    requireDuringCall();
    return ScaleSnapshot.images(call.compute(() -> codec.decode(done.decoderInput())));
  }

  /**
   * Copies what a preview is decoded from, so that it can be decoded later and on another thread,
   * or not at all: a few kilobytes for each image.
   *
   * @throws IllegalStateException after the listener's call
   */
  public ScaleSnapshot snapshot() {
    requireDuringCall();
    Tensor input = done.decoderInput();
    float[] values = call.compute(input::toFloats);
    return new ScaleSnapshot(
        done.step(), steps, done.tokens().clone(), values, input.shape(), calls, codec);
  }

  @Override
  public String toString() {
    return "ScaleEvent[scale %s of %s (%s)]".formatted(index() + 1, count(), scale());
  }

  /** Ends the listener's call. */
  void end() {
    over = true;
  }

  private void requireDuringCall() {
    if (over) {
      throw new IllegalStateException(
          "a ScaleEvent is usable during the listener's call only; its snapshot() is usable later");
    }
  }
}
