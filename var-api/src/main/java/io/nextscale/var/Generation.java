package io.nextscale.var;

import io.nextscale.var.edit.Edit;
import io.nextscale.var.edit.ImageEdit;
import io.nextscale.var.edit.TokenEdit;
import io.nextscale.var.generate.Drawing;
import io.nextscale.var.generate.ForcedTokens;
import io.nextscale.var.generate.GenerationRun;
import io.nextscale.var.generate.GuidanceWeights;
import io.nextscale.var.generate.ScaleLoop;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.inference.InferenceModel;
import io.nextscale.var.inference.MemoryNeed;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.sampling.Guidance;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Execution of one request: checks it against the model when constructed, computes in {@link #run},
 * scale by scale as pieces of its call.
 */
final class Generation {
  private final Calls calls;
  private final Call call;
  private final InferenceModel model;
  private final ImageCodec codec;
  private final GenerationRequest request;
  private final long[] classes;
  private final GuidanceWeights guidance;
  private final Sampling sampling;
  private final Scales scales;
  private final boolean[] kept;
  private final ImageParameters parameters;
  private final long start = System.nanoTime();
  private @Nullable GenerationResult result;

  /**
   * Checks a request.
   *
   * @param calls of the generator
   * @param call among them that executes the request
   * @throws IllegalArgumentException if the request does not fit the model or the machine
   */
  Generation(
      Calls calls,
      Call call,
      InferenceModel model,
      LoadOptions options,
      GenerationRequest request) {
    this.calls = calls;
    this.call = call;
    this.model = model;
    codec = new ImageCodec(model.tokenizer());
    this.request = request;
    ModelSpec spec = model.spec();
    classes = request.classes().stream().mapToLong(spec::classId).toArray();
    sampling = spec.requireSampling(request.sampling(spec));
    Edit edit = request.edit();
    if (edit != null) {
      spec.requireEdits();
    }
    scales = edit == null ? request.scales().of(spec) : edit.scales(spec, request.scales());
    kept = edit == null ? new boolean[0] : edit.kept(spec, scales).atAll(scales);
    Guidance asked = spec.requireGuidance(request.guidance(spec));
    guidance = GuidanceWeights.of(asked, scales);
    parameters =
        new ImageParameters(
            model,
            options.computeType(),
            request,
            Arrays.stream(classes).boxed().toList(),
            asked,
            guidance,
            sampling,
            scales);
    MemoryNeed.of(spec, scales, classes.length, guidance.active(), options.computeType().byteSize())
        .require(options.device(), spec.imageSize(scales), model.pendingBytes());
    int images = edit == null ? 1 : edit.count();
    if (images != 1 && images != classes.length) {
      throw new IllegalArgumentException(
          "%s images for %s classes: expected one for each, or one for all"
              .formatted(images, classes.length));
    }
  }

  /**
   * Settings that are equal in requests that are computed as one batch.
   *
   * @param scales of the images
   * @param guidance of the run
   * @param sampling of the tokens
   */
  record Shape(Scales scales, GuidanceWeights guidance, Sampling sampling) {}

  Shape shape() {
    return new Shape(scales, guidance, sampling);
  }

  GenerationRequest request() {
    return request;
  }

  LongStream classes() {
    return Arrays.stream(classes);
  }

  int images() {
    return classes.length;
  }

  /** The result, when there is one. */
  @Nullable GenerationResult result() {
    return result;
  }

  /** Whether nobody follows the run, and its images follow from its tokens alone. */
  boolean mayBeJoint() {
    return request.listener() == ScaleListener.NONE
        && request.edit() == null
        && request.logitsProcessor() == null
        && !request.hasOwnNoise() // code of one caller must not fail another's call
        && !sampling.smooth();
  }

  /** Computes the images: as one task if nobody follows them, so that younger calls wait. */
  GenerationResult run() {
    return request.listener() == ScaleListener.NONE ? call.compute(this::pieces) : pieces();
  }

  private GenerationResult pieces() {
    ForcedTokens forced = request.edit() == null ? null : call.compute(this::forced);
    double encode = forced == null ? 0 : seconds(start);
    List<Double> scaleSeconds = new ArrayList<>();
    GenerationRun run = call.compute(() -> begin(forced));
    while (run.hasNext()) {
      long lap = System.nanoTime();
      GenerationRun.Done done = call.compute(run::next);
      add(scaleSeconds, done.k(), seconds(lap));
      tell(done, run.steps());
    }
    return call.compute(() -> finish(run.outcome(), forced, encode, scaleSeconds));
  }

  private GenerationRun begin(@Nullable ForcedTokens forced) {
    Drawing drawing = new Drawing(sampling, request.logitsProcessor(), request.noise());
    GenerationRun run =
        model.begin(new ScaleLoop.Plan(scales, classes, guidance, drawing, forced), call::check);
    call.own(run::close);
    return run;
  }

  private void tell(GenerationRun.Done done, List<Scale> steps) {
    ScaleEvent event = new ScaleEvent(done, steps, calls, call, codec);
    try {
      request.listener().onScale(event);
    } finally {
      event.end();
    }
  }

  /** Makes the result of a run without an edit. */
  void finish(ScaleLoop.Outcome outcome, List<Double> scaleSeconds) {
    result = finish(outcome, null, 0, scaleSeconds);
  }

  private GenerationResult finish(
      ScaleLoop.Outcome outcome,
      @Nullable ForcedTokens forced,
      double encode,
      List<Double> scaleSeconds) {
    long decodeStart = System.nanoTime();
    List<PixelArray> pixels = codec.decode(outcome.decoderInput());
    double decode = seconds(decodeStart);
    List<GeneratedImage> images = new ArrayList<>();
    for (int i = 0; i < classes.length; i++) {
      images.add(
          new GeneratedImage(pixels.get(i), (int) classes[i], request.seed(i), parameters.of(i)));
    }
    return new GenerationResult(
        images,
        outcome.drawn(),
        forced == null ? outcome.drawn() : forced.apply(outcome.drawn()),
        kept,
        outcome.decoderInput().toFloats(),
        new Timings(encode, scaleSeconds, decode, seconds(start)),
        model.spec().warnings(scales));
  }

  private @Nullable ForcedTokens forced() {
    return switch (request.edit()) {
      case null -> null;
      case TokenEdit edit -> new ForcedTokens(edit.at(scales), kept);
      case ImageEdit edit -> new ForcedTokens(codec.encode(edit, scales), kept);
    };
  }

  /** Adds the seconds of a step to those of its scale. */
  static void add(List<Double> scaleSeconds, int k, double seconds) {
    if (k == scaleSeconds.size()) {
      scaleSeconds.add(seconds);
    } else {
      scaleSeconds.set(k, scaleSeconds.get(k) + seconds);
    }
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) * 1e-9;
  }
}
