package io.nextscale.var;

import io.nextscale.torch.cpu.LibraryThread;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.inference.InferenceModel;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.ScaleSelection;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/**
 * Generates, edits, tokenizes, reconstructs and scores images with one loaded model.
 *
 * <p>Safe for use by several threads at once, virtual ones too: the library computes on a thread of
 * its own, the oldest call first (docs/SERVER.md). Results hold no native memory and outlive the
 * generator. Whoever loads a generator closes it: {@link #close()} waits for calls in flight, and
 * calls after it throw an {@link IllegalStateException}.
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
  private final JointGenerations joint;
  private final Calls calls;

  private ImageGenerator(InferenceModel model, LoadOptions options) {
    this.model = model;
    this.options = options;
    codec = new ImageCodec(model.tokenizer());
    joint = new JointGenerations(model);
    calls = new Calls("ImageGenerator", options.maxCalls(), model::close);
    Forgotten.report(this, "ImageGenerator of " + model.spec().name(), calls);
  }

  /**
   * Loads a model to the CPU in float32.
   *
   * @throws io.nextscale.libtorch.LibTorchLoadException if libtorch cannot be loaded
   * @throws io.nextscale.var.model.ModelException if the model is missing or its configuration is
   *     wrong
   * @throws io.nextscale.var.checkpoint.CheckpointException if weights are malformed, missing,
   *     unexpected, of another shape or not finite, or memory for them is missing
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
   *     unexpected, of another shape or not finite, or memory for them is missing
   */
  public static ImageGenerator load(ModelSource source, LoadOptions options) {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(options, "options");
    InferenceModel model =
        LibraryThread.call(
            "nextscale-load",
            () -> {
              options.requireDevice();
              return InferenceModel.load(
                  source, options.device(), options.computeType(), options.firstFloat32Scales());
            });
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
   * decoded; a virtual thread blocks without its carrier.
   *
   * @throws IllegalArgumentException if the request does not fit the model, or needs more memory
   *     than the machine has; before any work is done
   * @throws CancellationException if the request was cancelled, the calling thread interrupted, or
   *     the generator closed meanwhile
   * @throws RejectedExecutionException if the generator has {@link LoadOptions#maxCalls} calls
   * @throws IllegalStateException if the generator is closed, or the model computed NaN
   * @throws io.nextscale.var.checkpoint.CheckpointException if a weight of a transformer block is
   *     not finite; blocks are read at their first use
   */
  public GenerationResult generate(GenerationRequest request) {
    return calls.run(request.cancellation(), call -> generate(call, request));
  }

  private GenerationResult generate(Call call, GenerationRequest request) {
    Generation generation = new Generation(calls, call, model, options, request);
    return model.gainsByBatches() && generation.mayBeJoint()
        ? joint.run(call, generation)
        : generation.run();
  }

  /**
   * Generates one image for each class of a request and returns at once. The listener runs on a
   * virtual thread of this generation.
   *
   * @return the result, or the exception that {@link #generate} would throw. Completing it in any
   *     other way, such as {@code cancel} and {@code orTimeout} do, ends the generation soon and
   *     interrupts its listener. This holds for the returned future, not for those made of it
   */
  public CompletableFuture<GenerationResult> generateAsync(GenerationRequest request) {
    CompletableFuture<GenerationResult> future = new CompletableFuture<>();
    Call admitted;
    try {
      admitted = calls.admit(request.cancellation());
    } catch (IllegalStateException | RejectedExecutionException e) {
      future.completeExceptionally(e);
      return future;
    }
    Thread thread =
        Thread.ofVirtual()
            .name("nextscale-generation")
            .inheritInheritableThreadLocals(false)
            .unstarted(
                () -> {
                  try {
                    future.complete(calls.run(admitted, call -> generate(call, request)));
                  } catch (Throwable e) {
                    future.completeExceptionally(e);
                  }
                });
    future.whenComplete(
        (result, failure) -> {
          admitted.stop(Cancellation.CANCELLED);
          thread.interrupt();
        });
    thread.start();
    return future;
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
    return calls.run(new Cancellation(), call -> codec.tokenize(call, images, scales));
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
    return calls.compute(() -> codec.decode(tokens, scales));
  }

  /**
   * Scores how well the transformer predicts given tokens, in one masked pass for each image
   * (teacher forcing).
   *
   * @param classes one for each image, by name or id
   * @param withLogits whether to return the logits too
   * @throws IllegalArgumentException if the model does not take the scales of the token maps, a
   *     class or a token is unknown, or the scales are too many for one pass
   * @throws CancellationException if the calling thread was interrupted
   */
  public Score score(TokenMaps tokens, List<String> classes, boolean withLogits) {
    return calls.run(
        new Cancellation(), call -> Scoring.score(call, model, tokens, classes, withLogits));
  }

  /** Names the model, its device and its element type. */
  @Override
  public String toString() {
    return "ImageGenerator[%s on %s in %s]"
        .formatted(spec().name(), options.device(), options.computeType());
  }

  /**
   * Refuses calls from now on, waits for those in flight, then frees the model's memory. A
   * generation whose listener blocks for more than five seconds is cancelled: it might wait for the
   * closing thread. If the calling thread is interrupted, all calls are cancelled. Closing again
   * does nothing.
   *
   * @throws IllegalStateException if called from a {@link ScaleListener} of this generator
   */
  @Override
  public void close() {
    close(ChronoUnit.FOREVER.getDuration());
  }

  /**
   * Closes like {@link #close()}, but cancels the calls that are still in flight after a time. A
   * generation ends at the next block of the transformer; its caller gets a {@link
   * CancellationException}.
   *
   * @param patience how long to wait for calls in flight; zero or less cancels them at once
   * @throws IllegalStateException if called from a {@link ScaleListener} of this generator
   */
  public void close(Duration patience) {
    calls.close(patience);
  }
}
