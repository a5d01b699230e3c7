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
 * How close an image comes to what the machine can do. The machine's peaks are measured in the same
 * process, before the images and after them: the better counts. The limit of a phase is {@code
 * max(FLOPs / peak, bytes of weights / bandwidth)}. "At pace" is what was reached where the limit
 * grows by as much as products right before and right after the image were slower than the fastest
 * such, see {@link MachinePace}.
 *
 * <p>In bfloat16 the FLOPs of what stays in float32 (head, AdaLN, word embedding) are divided by
 * the peak in float32.
 */
public final class LimitReport {
  private LimitReport() {}

  /**
   * Everything measured.
   *
   * @param single one guided image
   * @param unguided one image without guidance
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
    LimitCheck check =
        options.against() == null ? null : LimitCheck.against(options.against(), options);
    System.out.printf(
        "%s, %s, libtorch %s with %d threads, Java %s%n",
        options.model(), type, Torch.version(), CpuThreads.count(), Runtime.version());
    try (ImageGenerator generator = BenchModel.load(options.model(), type)) {
      Results results = measure(generator, options);
      new LimitTable(System.out, type).print(results);
      LimitJson.write(options, generator.spec(), results);
      if (check != null) {
        report(check.compare(results));
      }
    }
  }

  private static void report(List<String> worse) {
    worse.forEach(System.out::println);
    System.out.println(worse.isEmpty() ? "nothing is worse than it was" : "worse than it was");
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

  /** Memory before the peaks: what they allocate stays with the process. */
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

  /** A batch that the model refuses is left out: the rest has taken minutes. */
  private static Map<Integer, List<PacedRun>> batches(
      LimitRuns runs, LimitOptions options, MachinePace pace) {
    Map<Integer, List<PacedRun>> batches = new LinkedHashMap<>();
    for (int images : options.batches()) {
      try {
        batches.put(images, runs.several(images, true, pace));
      } catch (IllegalArgumentException e) {
        System.err.println(images + " images at once: " + e.getMessage());
      }
    }
    return batches;
  }
}
