package io.nextscale.bench;

import io.nextscale.models.DemoModel;
import io.nextscale.torch.DType;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Torch;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OfficialModels;
import io.nextscale.var.model.OpenModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reports how close a generation comes to the limit of the machine. The machine's peaks are
 * measured in the same process, before and after the images; the better counts. The limit of a
 * phase is {@code max(FLOPs / peak, bytes of weights / bandwidth)}. The fraction "at pace" uses a
 * limit that is longer by the ratio of the products right before and after the image to the fastest
 * product, see {@link MachinePace}.
 *
 * <p>In bfloat16, head and word embedding still compute in float32: their FLOPs are divided by the
 * float32 peak.
 */
public final class LimitReport {
  private LimitReport() {}

  /**
   * All measurements.
   *
   * @param memory memory of the first request
   * @param peaks peaks of the machine
   * @param single one guided image
   * @param unguided one image without guidance
   * @param javaShare time outside the operators
   * @param batches several guided images at once
   */
  record Results(
      MemoryReport memory,
      Peaks peaks,
      Measurement single,
      Measurement unguided,
      JavaShare javaShare,
      List<Measurement> batches) {}

  /**
   * Prints the report and writes it as JSON.
   *
   * @param arguments {@link LimitOptions#USAGE}
   */
  public static void main(String[] arguments) throws IOException {
    LimitOptions options = options(arguments);
    if (options == null) {
      System.exit(2);
      return;
    }
    DType type = options.computeType();
    if (options.count()) {
      CountTable.print(System.out, spec(options.model()), true, type.byteSize());
      return;
    }
    LimitCheck check;
    try {
      check = check(options);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    int processors = Runtime.getRuntime().availableProcessors();
    System.out.printf(
        "%s, %s, libtorch %s with %d threads on %d processors, Java %s%n",
        options.model(), type, Torch.version(), CpuThreads.count(), processors, Runtime.version());
    if (CpuThreads.count() < processors) {
      System.out.printf(
          "the limits are those of %d threads, not of the whole machine%n", CpuThreads.count());
    }
    try (ImageGenerator generator = BenchModel.load(options.model(), type)) {
      Results results = measure(generator, options);
      new LimitTable(System.out, type).print(results);
      LimitJson.write(options, generator.spec(), results);
      if (check != null) {
        report(check.compare(results));
      }
    }
  }

  private static @Nullable LimitCheck check(LimitOptions options) throws IOException {
    if (options.against() == null) {
      return null;
    }
    LimitCheck check = LimitCheck.against(options.against(), options, RunConditions.now(options));
    check.differences().forEach(line -> System.out.println("differs: " + line));
    return check;
  }

  private static void report(List<String> worse) {
    worse.forEach(System.out::println);
    System.out.println(
        worse.isEmpty() ? "no figure is worse than the kept one" : "worse than the kept results");
    if (!worse.isEmpty()) {
      System.exit(1);
    }
  }

  private static @Nullable LimitOptions options(String[] arguments) {
    try {
      return LimitOptions.parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      return null;
    }
  }

  private static ModelSpec spec(String model) {
    if (!model.equals("demo")) {
      return OfficialModels.preset(model);
    }
    ModelSource source = DemoModel.source();
    try (OpenModel open = source.open()) {
      return open.spec();
    }
  }

  /** Measures memory first: the process keeps the memory that the peaks allocate. */
  private static Results measure(ImageGenerator generator, LimitOptions options)
      throws IOException {
    LimitRuns runs = new LimitRuns(generator, options.images());
    ModelSpec spec = generator.spec();
    DType type = options.computeType();
    int first = options.batches().isEmpty() ? 1 : options.batches().getFirst();
    MemoryReport memory = MemoryReport.of(spec, type, first, () -> runs.once(first, true));
    PeakMeter meter = options.quick() ? PeakMeter.quick() : PeakMeter.thorough();
    Peaks before = meter.measure();
    try (GradMode inference = GradMode.disabled();
        MachinePace pace = new MachinePace(type, options.quick())) {
      List<PacedRun> guided = runs.several(1, true, pace);
      JavaShare share = runs.javaShare();
      List<PacedRun> unguided = runs.several(1, false, pace);
      Map<Integer, List<PacedRun>> batches = batches(runs, options, pace);
      Peaks peaks = before.orBetter(meter.measure());
      double fastest = pace.fastest();
      List<Measurement> several = new ArrayList<>();
      batches.forEach(
          (images, paced) ->
              several.add(Measurement.of(spec, type, peaks, fastest, images, true, paced)));
      return new Results(
          memory,
          peaks,
          Measurement.of(spec, type, peaks, fastest, 1, true, guided),
          Measurement.of(spec, type, peaks, fastest, 1, false, unguided),
          share,
          several);
    }
  }

  /** Measures batches. One that does not fit is left out, because the others took minutes. */
  private static Map<Integer, List<PacedRun>> batches(
      LimitRuns runs, LimitOptions options, MachinePace pace) {
    Map<Integer, List<PacedRun>> batches = new LinkedHashMap<>();
    for (int images : options.batches()) {
      try {
        batches.put(images, runs.several(images, true, pace));
      } catch (IllegalArgumentException e) {
        System.err.printf("%d images at once: %s%n", images, e.getMessage());
      }
    }
    return batches;
  }
}
