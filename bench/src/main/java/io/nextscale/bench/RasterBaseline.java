package io.nextscale.bench;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.var.generate.Drawing;
import io.nextscale.var.generate.GuidanceWeights;
import io.nextscale.var.generate.ScaleLoop;
import io.nextscale.var.inference.InferenceModel;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.sampling.ClassifierFreeGuidance;
import io.nextscale.var.sampling.CounterNoise;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.scale.Scales;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * Compares next-scale prediction with raster-scan autoregression (VAR, section 1: "about 20 times"
 * faster) by the same transformer: the seconds of both loops, for some batch sizes.
 *
 * <p>Both loops share one model in its inference form. The {@link ScaleLoop} is called without an
 * {@code ImageGenerator}, which does nothing else between a request and the decoder.
 */
public final class RasterBaseline {
  private static final long SEED = 1;
  private static final int REPEATS = 3;
  private static final int WARM_UP_TOKENS = 64;
  private static final List<Integer> BATCHES = List.of(1, 8);

  private final ModelSpec spec;
  private final ScaleLoop nextScale;
  private final RasterScan raster;
  private final ClassifierFreeGuidance guidance;
  private final Sampling sampling;

  private RasterBaseline(InferenceModel model) {
    spec = model.spec();
    nextScale = new ScaleLoop(model.predictor(), model.tokenizer());
    raster = RasterScan.of(model);
    guidance = spec.defaults().guidance();
    sampling = spec.defaults().sampling().withSmooth(false);
    if (!guidance.isActive()) {
      throw new IllegalArgumentException(
          "model %s: it has no guidance by default, and both loops are guided here"
              .formatted(spec.name()));
    }
  }

  /**
   * Prints the comparison.
   *
   * @param arguments model, a preset or {@code demo}; then f32 or bf16; then batch sizes
   */
  public static void main(String[] arguments) {
    if (arguments.length < 1) {
      System.err.println("usage: raster MODEL [f32|bf16] [BATCH...]");
      System.exit(2);
    }
    DType computeType = BenchModel.computeType(arguments.length > 1 ? arguments[1] : "f32");
    List<Integer> batches =
        arguments.length > 2
            ? Arrays.stream(arguments).skip(2).map(Integer::valueOf).toList()
            : BATCHES;
    try (InferenceModel model = load(arguments[0], computeType);
        GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      new RasterBaseline(model).print(System.out, computeType, batches);
    }
  }

  /** Loads a model without float32 for the first scales, which raster-scan does not have. */
  private static InferenceModel load(String name, DType computeType) {
    return InferenceModel.load(BenchModel.source(name), Device.CPU, computeType, OptionalInt.of(0));
  }

  private void print(PrintStream out, DType computeType, List<Integer> batches) {
    Scales scales = spec.scales();
    out.printf(
        "%s, %s, libtorch %s with %d threads, Java %s%n",
        spec.name(), computeType, Torch.version(), CpuThreads.count(), Runtime.version());
    out.printf(
        "next-scale: %d tokens in %d steps, median of %d runs; raster-scan: %d tokens in as many"
            + " steps, one run%n",
        scales.tokens(), scales.count(), REPEATS, raster.grid().tokens());
    out.println("both with guidance and sampling, after a warm-up; decoding is timed apart\n");
    out.println(
        "| images at once | next-scale, s | raster-scan, s | ratio | decoding, s"
            + " | ratio with decoding |");
    out.println("|---|---|---|---|---|---|");
    for (int batch : batches) {
      row(out, batch);
    }
  }

  private void row(PrintStream out, int batch) {
    long[] classes = LongStream.range(0, batch).map(i -> i % spec.noClass()).toArray();
    long[] seeds = LongStream.range(SEED, SEED + batch).toArray();
    CounterNoise noise = new CounterNoise(seeds);
    int tokens = raster.grid().tokens();
    ScaleLoop.Plan plan =
        new ScaleLoop.Plan(
            spec.scales(),
            classes,
            GuidanceWeights.of(guidance, spec.scales()),
            new Drawing(sampling, noise),
            null);
    try (TensorScope scope = TensorScope.open()) {
      nextScale.run(plan, (k, logits, drawn, input) -> {});
      List<Double> seconds = new ArrayList<>();
      List<Double> decoding = new ArrayList<>();
      for (int i = 0; i < REPEATS; i++) {
        Timed<ScaleLoop.Outcome> loop =
            Timed.of(() -> nextScale.run(plan, (k, logits, drawn, input) -> {}));
        seconds.add(loop.seconds());
        decoding.add(decode(loop.result().decoderInput()));
      }
      double scaleLoop = Median.of(seconds, s -> s);
      double decoder = Median.of(decoding, s -> s);
      double t = guidance.strength();
      raster.run(classes, t, sampling, noise, Math.min(WARM_UP_TOKENS, tokens));
      Timed<long[][]> scan = Timed.of(() -> raster.run(classes, t, sampling, noise, tokens));
      decode(raster.decoderInput(scan.result())); // shows that the decoder takes its tokens
      out.printf(
          "| %d | %.3f | %.3f | %.1f | %.3f | %.1f |%n",
          batch,
          scaleLoop,
          scan.seconds(),
          scan.seconds() / scaleLoop,
          decoder,
          (scan.seconds() + decoder) / (scaleLoop + decoder));
    }
  }

  /** Decodes image by image, as a generation does; returns seconds. */
  private double decode(Tensor decoderInput) {
    return Timed.of(
            () -> {
              for (long b = 0; b < decoderInput.size(0); b++) {
                try (TensorScope scope = TensorScope.open()) {
                  nextScale.tokenizer().decode(decoderInput.narrow(0, b, 1));
                }
              }
              return true;
            })
        .seconds();
  }

  /** A result and the seconds that it took. */
  private record Timed<T>(T result, double seconds) {
    static <T> Timed<T> of(Supplier<T> work) {
      long start = System.nanoTime();
      T result = work.get();
      return new Timed<>(result, (System.nanoTime() - start) * 1e-9);
    }
  }
}
