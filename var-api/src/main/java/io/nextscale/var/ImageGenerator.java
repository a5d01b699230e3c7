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
 * Generates, edits, tokenizes, reconstructs and scores images with one loaded model.
 *
 * <p>Safe for use by several threads at once; calls share the cores and each needs memory of its
 * own. Results hold no native memory and outlive the generator. Whoever loads a generator closes
 * it: {@link #close} waits for calls in flight, and calls after it throw an {@link
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

  /**
   * Loads a model to the CPU in float32.
   *
   * @throws io.nextscale.libtorch.LibTorchLoadException if libtorch cannot be loaded
   * @throws io.nextscale.var.model.ModelException if the model is missing or its configuration is
   *     wrong
   * @throws io.nextscale.var.checkpoint.CheckpointException if weights are malformed, missing,
   *     unexpected or of another shape; names all of them
   */
  public static ImageGenerator load(ModelSource source) {
    return load(source, LoadOptions.defaults());
  }

  /**
   * Loads a model.
   *
   * @param source origin of the model
   * @param options device and element type
   * @throws io.nextscale.libtorch.LibTorchLoadException if libtorch cannot be loaded
   * @throws io.nextscale.var.model.ModelException if the model or the device is missing, or the
   *     configuration is wrong
   * @throws io.nextscale.var.checkpoint.CheckpointException if weights are malformed, missing,
   *     unexpected or of another shape; names all of them
   */
  public static ImageGenerator load(ModelSource source, LoadOptions options) {
    options.requireDevice();
    InferenceModel model =
        InferenceModel.load(
            source, options.device(), options.computeType(), options.firstFloat32Scales());
    return new ImageGenerator(model, options);
  }

  /** Configuration of the model: classes, scales, defaults of requests. */
  public ModelSpec spec() {
    return model.spec();
  }

  /** Options that the model was loaded with. */
  public LoadOptions options() {
    return options;
  }

  /**
   * Generates one image for each class of a request. Blocks the calling thread until all are
   * decoded.
   *
   * @throws IllegalArgumentException if the request does not fit the model, or needs more memory
   *     than the machine has; before any work is done
   * @throws java.util.concurrent.CancellationException if the request was cancelled, or the calling
   *     thread interrupted
   * @throws IllegalStateException if the generator is closed, or the model computed NaN
   */
  public GenerationResult generate(GenerationRequest request) {
    return guard.call(() -> new Generation(model, options, request).run());
  }

  /**
   * Encodes images to token maps, at the model's scales for their size.
   *
   * @param images at least one, all of one size; a residual model takes its own size only
   * @throws IllegalArgumentException if the model does not take images of this size
   */
  public Tokenized tokenize(List<PixelArray> images) {
    ScaleSelection own = ScaleSelection.none().orSize(PixelArray.commonSize(images));
    return tokenize(images, own.of(spec()));
  }

  /**
   * Encodes images to token maps at given scales.
   *
   * @param images at least one, all of one size
   * @param scales those of the model, or any if {@link ModelSpec#hasFreeScales}
   * @throws IllegalArgumentException if the model does not take these scales or images
   */
  public Tokenized tokenize(List<PixelArray> images, Scales scales) {
    spec().requireScales(scales);
    return guard.call(() -> codec.tokenize(images, scales));
  }

  /**
   * Decodes token maps to images.
   *
   * @param scales number of scales to use from the first, 1 to K. A residual model adds them up and
   *     gives images of full size; any other model decodes the last of them alone, to images as
   *     large as its grid
   * @return one image for each, nominally in [-1, 1], not clamped
   * @throws IllegalArgumentException if the number of scales is out of range, the model does not
   *     take the scales of the token maps, or a token is no code
   */
  public List<PixelArray> decode(TokenMaps tokens, int scales) {
    return guard.call(() -> codec.decode(tokens, scales));
  }

  /**
   * Scores how well the transformer predicts given tokens, in one masked pass for each image
   * (teacher forcing).
   *
   * @param classes one for each image, by name or id
   * @param withLogits whether to return the logits too
   * @throws IllegalArgumentException if the model does not take the scales of the token maps, a
   *     class or a token is unknown, or the scales are too many for one pass
   * @throws java.util.concurrent.CancellationException if the calling thread was interrupted
   */
  public Score score(TokenMaps tokens, List<String> classes, boolean withLogits) {
    return guard.call(() -> Scoring.score(model, tokens, classes, withLogits));
  }

  /**
   * Waits for calls in flight, then frees the model's memory. Closing again does nothing.
   *
   * @throws IllegalStateException if called from a {@link ScaleListener} of this generator
   */
  @Override
  public void close() {
    guard.close(model::close);
  }
}
