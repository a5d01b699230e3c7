package io.nextscale.bench;

import io.nextscale.evaluate.inception.FormulaWeights;
import io.nextscale.evaluate.inception.Inception;
import io.nextscale.torch.DType;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Torch;
import io.nextscale.torch.cpu.CpuThreads;
import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reports how close the features of the evaluation come to the limit of the machine: the
 * multiply-adds of Inception's convolutions against the peaks of matrix products, which are
 * measured in the same process, before and after. Weights are random.
 */
public final class EvaluationSpeed {
  private EvaluationSpeed() {}

  /**
   * Prints the report.
   *
   * @param arguments {@link EvaluationSpeedOptions#USAGE}
   */
  public static void main(String[] arguments) throws IOException {
    EvaluationSpeedOptions options;
    try {
      options = EvaluationSpeedOptions.parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    if (options.threads() > 0) {
      CpuThreads.setCount(options.threads());
    }
    PrintStream out = System.out;
    out.printf(
        "libtorch %s with %d threads, Java %s; batches of %d%n",
        Torch.version(), CpuThreads.count(), Runtime.version(), options.batch());
    PeakMeter meter = options.quick() ? PeakMeter.quick() : PeakMeter.thorough();
    Peaks peaks = meter.measure();
    PngImages images = PngImages.generate(options.images());
    Map<DType, EvaluationTimes> all = new LinkedHashMap<>();
    for (DType type : options.types()) {
      all.put(type, measure(type, images, options));
    }
    Peaks better = peaks.orBetter(meter.measure());
    all.forEach((type, times) -> print(out, type, times, better));
  }

  private static EvaluationTimes measure(
      DType type, PngImages images, EvaluationSpeedOptions options) throws IOException {
    try (GradMode inference = GradMode.disabled();
        Inception network = Inception.read(new FormulaWeights(), type)) {
      return EvaluationTimes.measure(network, images, options.batch());
    }
  }

  private static void print(PrintStream out, DType type, EvaluationTimes times, Peaks peaks) {
    double limit = peaks.flops(type);
    double core = limit / CpuThreads.count();
    out.printf("%n%s, %.0f GFLOP/s%n", type, limit * 1e-9);
    out.printf("%-24s %8s %14s %9s%n", "", "GFLOP", "ms of a thread", "of limit");
    times
        .stages()
        .forEach(
            (name, seconds) -> {
              double flops = times.flops(name);
              out.printf(
                  "%-24s %8.3f %14.2f %9s%n",
                  name,
                  flops * 1e-9,
                  1e3 * seconds,
                  flops > 0 ? percent(flops / seconds / core) : "");
            });
    out.printf("%noperators of the network%n");
    times.operators().forEach((name, seconds) -> out.printf("%-33s %14.2f%n", name, 1e3 * seconds));
    double flops = times.flops();
    out.printf(
        "%nnetwork alone                %8.2f images/s, %s of the limit%n",
        times.networkRate(), percent(flops * times.networkRate() / limit));
    out.printf(
        "decoding, resizing, network  %8.2f images/s, %s of the limit%n",
        times.passRate(), percent(flops * times.passRate() / limit));
    times
        .resident()
        .forEach(
            (done, bytes) ->
                out.printf("  after %6d images %8.1f MB resident%n", done, bytes * 1e-6));
  }

  private static String percent(double share) {
    return "%.1f %%".formatted(100 * share);
  }
}
