package io.nextscale.bench;

import io.nextscale.torch.DType;
import io.nextscale.torch.OperatorProfile;
import io.nextscale.torch.Torch;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.scale.Scales;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Profiles one guided image: seconds and shares of operators by scale, then by operator.
 *
 * <p>Figures are medians over several images after a warm-up. The time of an operator is the time
 * of its call: kernel, dispatcher and the call itself. Times of threads that work at once add up,
 * and shares are fractions of all threads' time. The rest, "outside", holds all Java and the calls
 * that the {@link OperatorProfile} does not see: copying and freeing tensor handles, allocation,
 * {@code copy_} and queries of shapes.
 */
public final class ProfileImage {
  private static final long MEBI = 1 << 20;
  private static final int DEFAULT_IMAGES = 5;

  private ProfileImage() {}

  /**
   * Prints the profile.
   *
   * @param arguments model ({@code demo} or a preset), then f32 or bf16, then number of images
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 1 || arguments.length > 3) {
      System.err.println("usage: profile MODEL [f32|bf16] [IMAGES]");
      System.exit(2);
    }
    DType computeType = BenchModel.computeType(arguments.length > 1 ? arguments[1] : "f32");
    int images = arguments.length > 2 ? Integer.parseInt(arguments[2]) : DEFAULT_IMAGES;
    if (images < 1) {
      throw new IllegalArgumentException("images %d: expected 1 or more".formatted(images));
    }
    long start = System.nanoTime();
    try (ImageGenerator generator = BenchModel.load(arguments[0], computeType)) {
      double load = (System.nanoTime() - start) * 1e-9;
      List<Long> resident = new ArrayList<>();
      List<ImageProfile> runs = runs(generator, images, resident);
      PrintStream out = System.out;
      out.printf(
          "%s, %s, libtorch %s with %d threads, Java %s%n",
          arguments[0], computeType, Torch.version(), CpuThreads.count(), Runtime.version());
      out.printf("medians of %d images, one at a time, after a warm-up%n%n", images);
      out.printf("%-32s %9.3f s%n", "load (with libtorch)", load);
      printStages(out, generator.spec().scales(), runs);
      printOperators(out, runs.stream().map(ImageProfile::whole).toList());
      if (!resident.isEmpty()) {
        out.printf("%nresident after each image, MiB: %s%n", resident);
      }
    }
  }

  private static List<ImageProfile> runs(ImageGenerator generator, int images, List<Long> resident)
      throws IOException {
    generator.generate(GenerationRequest.of(1).seed(1).build());
    List<ImageProfile> runs = new ArrayList<>();
    for (int i = 0; i < images; i++) {
      runs.add(ImageProfile.of(generator, GenerationRequest.of(1).seed(1)));
      if (ResidentMemory.isKnown()) {
        resident.add(ResidentMemory.now() / MEBI);
      }
    }
    return runs;
  }

  private static void printStages(PrintStream out, Scales scales, List<ImageProfile> runs) {
    out.printf(
        "%-32s %9s %9s %9s %9s %9s%n", "", "seconds", "products", "others", "outside", "calls");
    for (int k = 0; k < scales.count(); k++) {
      int scale = k;
      stage(
          out,
          "scale " + (k + 1) + ": " + scales.get(k),
          runs.stream().map(run -> run.scales().get(scale)).toList());
    }
    stage(out, "decode", runs.stream().map(ImageProfile::decode).toList());
    stage(out, "total", runs.stream().map(ImageProfile::whole).toList());
    out.println();
  }

  private static void stage(PrintStream out, String name, List<OperatorTimes> runs) {
    out.printf(
        "%-32s %9.3f %8.1f%% %8.1f%% %8.1f%% %9d%n",
        name,
        Median.of(runs, OperatorTimes::seconds),
        100 * Median.of(runs, run -> run.inProducts() / run.threadSeconds()),
        100 * Median.of(runs, run -> run.inOthers() / run.threadSeconds()),
        100 * Median.of(runs, run -> run.outside() / run.threadSeconds()),
        runs.getFirst().calls());
  }

  private static void printOperators(PrintStream out, List<OperatorTimes> runs) {
    OperatorTimes first = runs.getFirst();
    out.printf("%-32s %8s %9s %8s %9s%n", "operator", "calls", "seconds", "share", "us/call");
    for (OperatorProfile.Entry entry : first.entries()) {
      row(out, entry.operator(), entry.calls(), runs, run -> run.in(entry.operator()));
    }
    out.println();
    long products = first.productCalls();
    row(out, "products and convolutions", products, runs, OperatorTimes::inProducts);
    row(out, "other operators", first.calls() - products, runs, OperatorTimes::inOthers);
    row(out, "outside operators", 0, runs, OperatorTimes::outside);
  }

  /** Prints a row. Seconds and share are medians each, so shares may not add up to 100 %. */
  private static void row(
      PrintStream out,
      String name,
      long calls,
      List<OperatorTimes> runs,
      ToDoubleFunction<OperatorTimes> of) {
    double seconds = Median.of(runs, of);
    double share = Median.of(runs, run -> of.applyAsDouble(run) / run.threadSeconds());
    out.printf("%-32s %8d %9.4f %7.2f%%", name, calls, seconds, 100 * share);
    out.println(calls == 0 ? "" : String.format(" %9.1f", seconds * 1e6 / calls));
  }
}
