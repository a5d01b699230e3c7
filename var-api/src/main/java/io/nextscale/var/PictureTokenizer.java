package io.nextscale.var;

import io.nextscale.torch.GradMode;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.OpenTokenizer;
import io.nextscale.var.model.ScaleSelection;
import io.nextscale.var.model.TokenizerSource;
import io.nextscale.var.model.TokenizerSpec;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import io.nextscale.var.tokenizer.ImageTokenizer;
import java.util.List;

/**
 * Pictures to tokens and back with an image tokenizer alone, such as LlamaGen's; an {@link
 * ImageGenerator} has the same with its own.
 *
 * <p>Safe for use by several threads at once. Results are copied out. {@link #close} waits for
 * calls in flight.
 */
public final class PictureTokenizer implements AutoCloseable {
  private final OpenTokenizer files;
  private final TensorScope weights;
  private final ImageTokenizer tokenizer;
  private final CallGuard guard = new CallGuard("PictureTokenizer");

  private PictureTokenizer(OpenTokenizer files, TensorScope weights, ImageTokenizer tokenizer) {
    this.files = files;
    this.weights = weights;
    this.tokenizer = tokenizer;
  }

  /** Loads a tokenizer to the CPU in float32. */
  public static PictureTokenizer load(TokenizerSource source) {
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
  public static PictureTokenizer load(TokenizerSource source, LoadOptions options) {
    options.requireDevice();
    OpenTokenizer files = source.open();
    TensorScope weights = TensorScope.create();
    boolean loaded = false;
    try (GradMode inference = GradMode.disabled();
        TensorScope.Entry entry = weights.enter()) {
      TokenizerSpec spec = files.spec();
      ImageTokenizer tokenizer =
          LoadedModel.read(
                  files.weights(),
                  options,
                  reader -> ImageTokenizer.read(reader, spec.config(), spec.scales()))
              .prepared();
      loaded = true;
      return new PictureTokenizer(files, weights, tokenizer);
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
   * The token maps of pictures.
   *
   * @param pictures of one size; of the tokenizer's own, if it is a residual one
   */
  public Tokenized tokenize(List<PixelArray> pictures) {
    ScaleSelection own = ScaleSelection.none().orSize(PictureSizes.common(pictures));
    return tokenize(pictures, own.of(spec()));
  }

  /**
   * The token maps of pictures at scales of choice.
   *
   * @param pictures of one size
   * @throws IllegalArgumentException if the tokenizer cannot have these scales or pictures
   */
  public Tokenized tokenize(List<PixelArray> pictures, Scales scales) {
    spec().requireScales(scales);
    return guard.call(() -> Pictures.tokenize(tokenizer, pictures, scales));
  }

  /**
   * The pictures of token maps.
   *
   * @param scales how many scales to use, from the first: 1 to all. A residual tokenizer adds them
   *     up; of another the last of them is a whole picture, as large as its grid
   */
  public List<PixelArray> decode(TokenMaps tokens, int scales) {
    return guard.call(() -> Pictures.decode(tokenizer, tokens, scales));
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
