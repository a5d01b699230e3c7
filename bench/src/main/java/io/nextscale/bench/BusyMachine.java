package io.nextscale.bench;

import io.nextscale.torch.DType;
import io.nextscale.torch.Torch;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.Timings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares the time of a guided image on an idle machine and beside other work: for each processor
 * a process that never sleeps. A fair half of the machine would make twice the time.
 */
public final class BusyMachine {
  private static final int DEFAULT_IMAGES = 3;
  private static final int WARM_UPS = 2;

  private BusyMachine() {}

  /**
   * Prints the comparison.
   *
   * @param arguments model ({@code demo} or a preset), then f32 or bf16, then number of images
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 1 || arguments.length > 3) {
      System.err.println("usage: busy MODEL [f32|bf16] [IMAGES]");
      System.exit(2);
    }
    DType computeType = BenchModel.computeType(arguments.length > 1 ? arguments[1] : "f32");
    int images = arguments.length > 2 ? Integer.parseInt(arguments[2]) : DEFAULT_IMAGES;
    if (images < 1) {
      throw new IllegalArgumentException("images %d: expected 1 or more".formatted(images));
    }
    try (ImageGenerator generator = BenchModel.load(arguments[0], computeType)) {
      System.out.printf(
          "%s, %s, libtorch %s with %d threads, Java %s%n",
          arguments[0], computeType, Torch.version(), CpuThreads.count(), Runtime.version());
      images(generator, WARM_UPS);
      List<Timings> idle = images(generator, images);
      List<Process> others = new ArrayList<>();
      List<Timings> busy;
      try {
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
          others.add(new ProcessBuilder("sh", "-c", "while :; do :; done").start());
        }
        images(generator, 1);
        busy = images(generator, images);
      } finally {
        others.forEach(Process::destroyForcibly);
      }
      print(generator, idle, busy, others.size());
    }
  }

  private static List<Timings> images(ImageGenerator generator, int count) {
    List<Timings> timings = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      timings.add(generator.generate(GenerationRequest.of(1).seed(1).build()).timings());
    }
    return timings;
  }

  private static void print(
      ImageGenerator generator, List<Timings> idle, List<Timings> busy, int processes) {
    System.out.printf(
        "medians of %d images, alone and beside %d processes that never sleep%n%n",
        idle.size(), processes);
    System.out.printf("%-20s %9s %9s %7s%n", "", "alone, s", "beside, s", "ratio");
    for (int k = 0; k < generator.spec().scales().count(); k++) {
      int scale = k;
      row(
          "scale " + (k + 1) + ": " + generator.spec().scales().get(k),
          Median.of(idle, t -> t.transformer().get(scale)),
          Median.of(busy, t -> t.transformer().get(scale)));
    }
    row("decode", Median.of(idle, Timings::decode), Median.of(busy, Timings::decode));
    row("total", Median.of(idle, Timings::total), Median.of(busy, Timings::total));
  }

  private static void row(String name, double idle, double busy) {
    System.out.printf("%-20s %9.3f %9.3f %7.2f%n", name, idle, busy, busy / idle);
  }
}
