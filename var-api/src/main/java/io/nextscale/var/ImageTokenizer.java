package io.nextscale.var;

import io.nextscale.torch.GradMode;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.inference.InferenceModel;
import io.nextscale.var.inference.VqVaeForm;
import io.nextscale.var.model.OpenTokenizer;
import io.nextscale.var.model.ScaleSelection;
import io.nextscale.var.model.TokenizerSource;
import io.nextscale.var.model.TokenizerSpec;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import io.nextscale.var.tokenizer.VqVae;
import java.util.List;

/**
 * Images to tokens and back with an image tokenizer alone, such as LlamaGen's; an {@link
 * ImageGenerator} has the same with its own.
 *
 * <p>Safe for use by several threads at once. Results are copied out. {@link #close} waits for
 * calls in flight.
 */
public final class ImageTokenizer implements AutoCloseable {
  private final OpenTokenizer files;
  private final TensorScope weights;
  private final ImageCodec codec;
  private final CallGuard guard = new CallGuard("ImageTokenizer");

  private ImageTokenizer(OpenTokenizer files, TensorScope weights, VqVae tokenizer) {
    this.files = files;
    this.weights = weights;
    codec = new ImageCodec(tokenizer);
  }

  /** Loads a tokenizer to the CPU in float32. */
  public static ImageTokenizer load(TokenizerSource source) {
    return load(source, LoadOptions.defaults());
  }

  /**
   * Loads a tokenizer.
   *
   * @throws io.nextscale.libtorch.LibTorchLoadException if libtorch cannot be loaded
   * @throws io.nextscale.var.model.ModelException if the tokenizer or the device is not there
   * @throws io.nextscale.var.checkpoint.CheckpointException if weights are malformed, missing,
   *     unexpected or of another shape: all of them at once
   */
  public static ImageTokenizer load(TokenizerSource source, LoadOptions options) {
    options.requireDevice();
    OpenTokenizer files = source.open();
    TensorScope weights = TensorScope.create();
    boolean loaded = false;
    try (GradMode inference = GradMode.disabled();
        TensorScope.Entry entry = weights.enter()) {
      TokenizerSpec spec = files.spec();
      VqVae tokenizer =
          VqVaeForm.of(
              InferenceModel.read(
                  files.weights(),
                  options.device(),
                  options.computeType(),
                  reader -> VqVae.read(reader, spec.config(), spec.scales())));
      loaded = true;
      return new ImageTokenizer(files, weights, tokenizer);
    } finally {
      if (!loaded) {
        weights.close();
        files.close();
      }
    }
  }

  /** The tokenizer's configuration. */
  public TokenizerSpec spec() {
    return files.spec();
  }

  /**
   * The token maps of images.
   *
   * @param images of one size; of the tokenizer's own, if it is a residual one
   */
  public Tokenized tokenize(List<PixelArray> images) {
    ScaleSelection own = ScaleSelection.none().orSize(PixelArray.commonSize(images));
    return tokenize(images, own.of(spec()));
  }

  /**
   * The token maps of images at scales of choice.
   *
   * @param images of one size
   * @throws IllegalArgumentException if the tokenizer cannot have these scales or images
   */
  public Tokenized tokenize(List<PixelArray> images, Scales scales) {
    spec().requireScales(scales);
    return guard.call(() -> codec.tokenize(images, scales));
  }

  /**
   * The images of token maps.
   *
   * @param scales how many scales to use, from the first: 1 to all. A residual tokenizer adds them
   *     up; of another the last of them is a whole image, as large as its grid
   */
  public List<PixelArray> decode(TokenMaps tokens, int scales) {
    return guard.call(() -> codec.decode(tokens, scales));
  }

  /** Frees the memory once calls in flight are done. Closing again does nothing. */
  @Override
  public void close() {
    guard.close(
        () -> {
          weights.close();
          files.close();
        });
  }
}
