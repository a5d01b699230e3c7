package io.nextscale.var;

import io.nextscale.var.image.PixelArray;
import io.nextscale.var.inference.InferenceModel;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.ScaleSelection;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import java.util.List;

/**
 * Generates, edits, tokenizes, reconstructs and scores images with one model.
 *
 * <p>Safe for use by several threads at once. Results are copied out: nothing of them is native
 * memory. {@link #close} waits for calls in flight; calls after it fail with an {@link
 * IllegalStateException}.
 *
 * <pre>{@code
 * try (ImageGenerator generator = ImageGenerator.load(ModelSource.folder(Path.of("model")))) {
 *   GenerationResult result = generator.generate(GenerationRequest.of("bird").seed(1).build());
 *   ImageIO.write(result.images().getFirst().toBufferedImage(), "png", new File("bird.png"));
 * }
 * }</pre>
 */
public final class ImageGenerator implements AutoCloseable {
  private final InferenceModel model;
  private final LoadOptions options;
  private final ImageCodec codec;
  private final CallGuard guard = new CallGuard("ImageGenerator");

  private ImageGenerator(InferenceModel model, LoadOptions options) {
    this.model = model;
    this.options = options;
    codec = new ImageCodec(model.tokenizer());
  }

  /** Loads a model to the CPU in float32. */
  public static ImageGenerator load(ModelSource source) {
    return load(source, LoadOptions.defaults());
  }

  /**
   * Loads a model.
   *
   * @throws io.nextscale.libtorch.LibTorchLoadException if libtorch cannot be loaded
   * @throws io.nextscale.var.model.ModelException if the model or the device is not there
   * @throws io.nextscale.var.checkpoint.CheckpointException if weights are malformed, missing,
   *     unexpected or of another shape: all of them at once
   */
  public static ImageGenerator load(ModelSource source, LoadOptions options) {
    options.requireDevice();
    InferenceModel model =
        InferenceModel.load(
            source, options.device(), options.computeType(), options.firstFloat32Scales());
    return new ImageGenerator(model, options);
  }

  /** The model's configuration. */
  public ModelSpec spec() {
    return model.spec();
  }

  /** How it was loaded. */
  public LoadOptions options() {
    return options;
  }

  /**
   * Generates one image for each class of a request.
   *
   * @throws IllegalArgumentException if the request does not fit the model; before any work is done
   * @throws java.util.concurrent.CancellationException if it was cancelled or its thread
   *     interrupted
   */
  public GenerationResult generate(GenerationRequest request) {
    return guard.call(() -> new Generation(model, options, request).run());
  }

  /**
   * The token maps of images.
   *
   * @param images of one size; of the model's, if it is a residual one
   */
  public Tokenized tokenize(List<PixelArray> images) {
    ScaleSelection own = ScaleSelection.none().orSize(PixelArray.commonSize(images));
    return tokenize(images, own.of(spec()));
  }

  /**
   * The token maps of images at scales of choice.
   *
   * @param images of one size
   * @throws IllegalArgumentException if the model cannot have these scales or images
   */
  public Tokenized tokenize(List<PixelArray> images, Scales scales) {
    spec().requireScales(scales);
    return guard.call(() -> codec.tokenize(images, scales));
  }

  /**
   * The images of token maps.
   *
   * @param scales how many scales to use, from the first: 1 to all. A residual model adds them up;
   *     of another the last of them is a whole image, as large as its grid
   */
  public List<PixelArray> decode(TokenMaps tokens, int scales) {
    return guard.call(() -> codec.decode(tokens, scales));
  }

  /**
   * How well the transformer predicts given tokens, in one masked pass for each image.
   *
   * @param classes one for each image, by name or number
   * @param withLogits whether to return the logits too
   */
  public Score score(TokenMaps tokens, List<String> classes, boolean withLogits) {
    return guard.call(() -> Scoring.score(model, tokens, classes, withLogits));
  }

  /** Frees the model's memory once calls in flight are done. Closing again does nothing. */
  @Override
  public void close() {
    guard.close(model::close);
  }
}
