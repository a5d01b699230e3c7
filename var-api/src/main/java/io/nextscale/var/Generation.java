package io.nextscale.var;

import io.nextscale.torch.DType;
import io.nextscale.var.edit.ImageEdit;
import io.nextscale.var.edit.KeptTokens;
import io.nextscale.var.generate.ForcedTokens;
import io.nextscale.var.generate.ScaleLoop;
import io.nextscale.var.generate.ScaleRun;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.inference.InferenceModel;
import io.nextscale.var.inference.MemoryNeed;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.sampling.Guidance;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.scale.Scales;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Execution of one request: checks it against the model when constructed, computes in {@link #run},
 * scale by scale as pieces of its call.
 */
final class Generation {
  private final Call call;
  private final InferenceModel model;
  private final ImageCodec codec;
  private final LoadOptions options;
  private final GenerationRequest request;
  private final long[] classes;
  private final Guidance guidance;
  private final Sampling sampling;
  private final Scales scales;
  private final @Nullable KeptTokens kept;
  private final long start = System.nanoTime();
  private @Nullable GenerationResult result;

  Generation(Call call, InferenceModel model, LoadOptions options, GenerationRequest request) {
    this.call = call;
    this.model = model;
    codec = new ImageCodec(model.tokenizer());
    this.options = options;
    this.request = request;
    ModelSpec spec = model.spec();
    classes = request.classes().stream().mapToLong(spec::classId).toArray();
    guidance = request.guidance(spec);
    sampling = spec.requireSampling(request.sampling(spec));
    ImageEdit edit = request.edit();
    scales = edit == null ? request.scales().of(spec) : edit.scales(spec, request.scales());
    kept = edit == null ? null : edit.kept(spec, scales);
    MemoryNeed.of(
            spec, scales, classes.length, guidance.isActive(), options.computeType().byteSize())
        .require(options.device(), spec.imageSize(scales), model.pendingBytes());
    int images = edit == null ? 1 : edit.images().size();
    if (images != 1 && images != classes.length) {
      throw new IllegalArgumentException(
          "%d images for %d classes: expected one for each, or one for all"
              .formatted(images, classes.length));
    }
  }

  /**
   * What must be equal in requests that are computed as one batch.
   *
   * @param scales of the images
   * @param guidance of the run
   * @param sampling of the tokens
   */
  record Shape(Scales scales, Guidance guidance, Sampling sampling) {}

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
    return request.listener() == ScaleListener.NONE && request.edit() == null && !sampling.smooth();
  }

  GenerationResult run() {
    ForcedTokens forced = request.edit() == null ? null : call.compute(this::forced);
    double encode = forced == null ? 0 : seconds(start);
    List<Double> scaleSeconds = new ArrayList<>();
    ScaleRun run = call.compute(() -> begin(forced));
    while (run.hasNext()) {
      long lap = System.nanoTime();
      ScaleRun.Done done = call.compute(run::next);
      scaleSeconds.add(seconds(lap));
      tell(done);
    }
    return call.compute(() -> finish(run.outcome(), forced, encode, scaleSeconds));
  }

  private ScaleRun begin(@Nullable ForcedTokens forced) {
    ScaleRun run =
        new ScaleLoop(model.predictor(), model.tokenizer())
            .begin(
                new ScaleLoop.Plan(scales, classes, guidance, sampling, request.noise(), forced),
                call::check);
    call.own(run::close);
    return run;
  }

  private void tell(ScaleRun.Done done) {
    ScaleEvent event =
        new ScaleEvent(
            done.k(),
            scales.count(),
            scales.get(done.k()),
            call,
            codec,
            done.logits(),
            done.tokens(),
            done.decoderInput());
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
      long seed = request.seed() + i;
      images.add(new GeneratedImage(pixels.get(i), (int) classes[i], seed, parameters(i, seed)));
    }
    return new GenerationResult(
        images,
        outcome.drawn(),
        forced == null ? outcome.drawn() : forced.apply(outcome.drawn()),
        kept == null ? new boolean[0] : kept.atAll(scales),
        outcome.decoderInput().toFloats(),
        new Timings(encode, scaleSeconds, decode, seconds(start)),
        model.spec().warnings(scales));
  }

  private @Nullable ForcedTokens forced() {
    ImageEdit edit = request.edit();
    return edit == null || kept == null ? null : new ForcedTokens(codec.encode(edit, scales), kept);
  }

  private Map<String, String> parameters(int index, long seed) {
    Map<String, String> text = new LinkedHashMap<>();
    text.put("Software", "Nextscale");
    text.put("model", model.spec().name());
    text.put("class", Long.toString(classes[index]));
    text.put("class_name", model.spec().className((int) classes[index]));
    text.put("seed", Long.toString(seed));
    if (classes.length > 1) {
      text.put("batch", classes().mapToObj(Long::toString).collect(Collectors.joining(",")));
      text.put("batch_index", Integer.toString(index));
    }
    text.put("cfg", Double.toString(guidance.strength()));
    text.put("guidance", guidance.form().name().toLowerCase(Locale.ROOT));
    text.put("top_k", Integer.toString(sampling.topK().orElse(0)));
    text.put("top_p", Double.toString(sampling.topP().orElse(0)));
    text.put("temperature", Double.toString(sampling.temperature()));
    text.put("smooth", Boolean.toString(sampling.smooth()));
    if (model.spec().hasFreeScales()) {
      text.put("max_pn", Integer.toString(guidance.maxPatchNumber().orElse(0)));
      text.put("greedy_grids", sampling.greedyGrids().toString());
    }
    if (!sampling.excludedCodes().isEmpty()) {
      text.put(
          "exclude_codes",
          sampling.excludedCodes().stream().map(String::valueOf).collect(Collectors.joining(",")));
    }
    text.put("scales", scales.toString());
    text.put("dtype", options.computeType().toString());
    if (options.computeType() != DType.FLOAT32) {
      text.put("float32_scales", Integer.toString(model.precision().float32Scales(scales)));
    }
    return text;
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) * 1e-9;
  }
}
