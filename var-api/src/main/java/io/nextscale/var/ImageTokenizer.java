package io.nextscale.var;

import io.nextscale.torch.GradMode;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.cpu.LibraryThread;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.inference.InferenceModel;
import io.nextscale.var.model.OpenTokenizer;
import io.nextscale.var.model.ScaleSelection;
import io.nextscale.var.model.TokenizerSource;
import io.nextscale.var.model.TokenizerSpec;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import io.nextscale.var.tokenizer.VqVae;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;

/**
 * Encodes images to tokens and decodes tokens to images with an image tokenizer alone, such as
 * LlamaGen's. An {@link ImageGenerator} does the same with the tokenizer of its model.
 *
 * <p>Safe for use by several threads at once. Results hold no native memory. Whoever loads a
 * tokenizer closes it: {@link #close()} waits for calls in flight, and calls after it throw an
 * {@link IllegalStateException}.
 *
 * <pre>{@code
 * try (ImageTokenizer tokenizer = ImageTokenizer.load(TokenizerSource.file(Path.of("vae.pth")))) {
 *   PixelArray image = PixelArray.fromImage(ImageFile.read(Path.of("cat.png")));
 *   TokenMaps tokens = tokenizer.tokenize(List.of(image)).tokens();
 *   PixelArray again = tokenizer.decode(tokens, tokens.scales().count()).getFirst();
 * }
 * }</pre>
 */
public final class ImageTokenizer implements AutoCloseable {
  private final TokenizerSpec spec;
  private final ImageCodec codec;
  private final Calls calls;

  private ImageTokenizer(
      OpenTokenizer files, TensorScope weights, VqVae tokenizer, LoadOptions options) {
    spec = files.spec();
    codec = new ImageCodec(tokenizer);
    calls =
        new Calls(
            "ImageTokenizer",
            options.maxCalls(),
            () -> {
              try (files) {
                weights.close();
              }
            });
    Forgotten.report(this, "ImageTokenizer", calls);
  }

  /**
   * Loads a tokenizer to the CPU in float32.
   *
   * @throws io.nextscale.libtorch.LibTorchLoadException if libtorch cannot be loaded
   * @throws io.nextscale.var.model.ModelException if the tokenizer is missing or its configuration
   *     is wrong
   * @throws io.nextscale.var.checkpoint.CheckpointException if weights are malformed, missing,
   *     unexpected, of another shape or not finite, or memory for them is missing
   */
  public static ImageTokenizer load(TokenizerSource source) {
    return load(source, LoadOptions.defaults());
  }

  /**
   * Loads a tokenizer.
   *
   * @param source origin of the tokenizer
   * @param options device, and element type of the decoder; the rest computes in float32
   * @throws io.nextscale.libtorch.LibTorchLoadException if libtorch cannot be loaded
   * @throws io.nextscale.var.model.ModelException if the tokenizer or the device is missing, or the
   *     configuration is wrong
   * @throws io.nextscale.var.checkpoint.CheckpointException if weights are malformed, missing,
   *     unexpected, of another shape or not finite, or memory for them is missing
   */
  public static ImageTokenizer load(TokenizerSource source, LoadOptions options) {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(options, "options");
    return LibraryThread.call("nextscale-load", () -> loadHere(source, options));
  }

  private static ImageTokenizer loadHere(TokenizerSource source, LoadOptions options) {
    options.requireDevice();
    TensorScope weights = TensorScope.create(); // loads libtorch, before files are open
    OpenTokenizer files = source.open();
    boolean loaded = false;
    try (GradMode inference = GradMode.disabled();
        TensorScope.Entry entry = weights.enter()) {
      TokenizerSpec spec = files.spec();
      VqVae tokenizer =
          InferenceModel.readTokenizer(
              files.weights(), spec, options.device(), options.computeType());
      loaded = true;
      return new ImageTokenizer(files, weights, tokenizer, options);
    } finally {
      if (!loaded) {
        try (files) {
          weights.close();
        }
      }
    }
  }

  /** Configuration of the tokenizer. */
  public TokenizerSpec spec() {
    return spec;
  }

  /**
   * Encodes images to token maps, at the tokenizer's scales for their size.
   *
   * @param images at least one, all of one size; a residual tokenizer takes its own size only
   * @throws IllegalArgumentException if the tokenizer does not take images of this size
   */
  public Tokenized tokenize(List<PixelArray> images) {
    ScaleSelection own = ScaleSelection.none().orSize(PixelArray.commonSize(images));
    return tokenize(images, own.of(spec()));
  }

  /**
   * Encodes images to token maps at given scales.
   *
   * @param images at least one, all of one size
   * @param scales those of the tokenizer, or any if {@link TokenizerSpec#hasFreeScales}
   * @throws IllegalArgumentException if the tokenizer does not take these scales or images
   */
  public Tokenized tokenize(List<PixelArray> images, Scales scales) {
    spec().requireScales(scales);
    return calls.run(new Cancellation(), call -> codec.tokenize(call, images, scales));
  }

  /**
   * Decodes token maps to images.
   *
   * @param scales number of scales to use from the first, 1 to K. A residual tokenizer adds them up
   *     and gives images of full size; any other decodes the last of them alone, to images as large
   *     as its grid
   * @return one image for each, nominally in [-1, 1], not clamped
   * @throws IllegalArgumentException if the number of scales is out of range, the tokenizer does
   *     not take the scales of the token maps, or a token is no code
   */
  public List<PixelArray> decode(TokenMaps tokens, int scales) {
    return calls.compute(() -> codec.decode(tokens, scales));
  }

  /**
   * Refuses calls from now on, waits for those in flight, then frees the memory. If the calling
   * thread is interrupted, all calls are cancelled. Closing again does nothing.
   */
  @Override
  public void close() {
    close(ChronoUnit.FOREVER.getDuration());
  }

  /**
   * Closes like {@link #close()}, but cancels the calls that are still in flight after a time. They
   * end after the present image; their callers get a {@link CancellationException}.
   *
   * @param patience how long to wait for calls in flight; zero or less cancels them at once
   */
  public void close(Duration patience) {
    calls.close(patience);
  }

  /** Names the tokenizer. */
  @Override
  public String toString() {
    return "ImageTokenizer[" + spec().name() + "]";
  }
}
