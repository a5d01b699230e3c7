package io.nextscale.spark.job;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * Prints the cost of a set of samples, by simulation: hours on some executors, and executors for a
 * time. One model was measured; the others follow from their operations and bytes.
 *
 * <pre>{@code CostTable [IMAGES [SECONDS [CORES]]]}</pre>
 *
 * <p>SECONDS is the time of one image of VAR-d16 at 256×256 with guidance in float32 on an executor
 * of CORES cores, 5.19 and 2 on the machine of docs/PERFORMANCE.md.
 */
public final class CostTable {
  private static final int IMAGES = 50_000;
  private static final double SECONDS = 5.19;
  private static final int CORES = 2;
  private static final int[] EXECUTORS = {1, 10, 100};
  private static final int PER_TASK = 32;
  private static final int PER_JOB = 10_000;
  private static final double JITTER = 0.05;
  private static final double TASK_OVERHEAD = 0.1; // seconds: scheduling, result, commit
  private static final double READ_BYTES = 200e6; // a second, from shared storage
  private static final double DAY = 24 * 3600.0;

  private static final int SMALL = 256;
  private static final int LARGE = 512;
  private static final int[] SMALL_SCALES = {1, 2, 3, 4, 5, 6, 8, 10, 13, 16};
  private static final int[] LARGE_SCALES = {1, 2, 3, 4, 6, 9, 13, 18, 24, 32};
  private static final double DECODER_FLOPS =
      0.394e12; // 256 × 256: bench/run limit --count var-d16
  private static final int CODEBOOK = 4096;
  private static final int WIDTH_OF_DEPTH = 64;

  private CostTable() {}

  /** A model: its depth, and the height and width of its images. */
  private record Model(int depth, int side) {
    int width() {
      return WIDTH_OF_DEPTH * depth;
    }

    /**
     * Parameters of blocks (with their modulation, 6 w² each), head and tokenizer (109 million).
     */
    double parameters() {
      double blocks = depth * 18.0 * width() * width();
      return blocks + (double) CODEBOOK * width() + 109e6;
    }

    /** Operations of one image with guidance, whose transformer computes two rows. */
    double flops() {
      int[] scales = side == SMALL ? SMALL_SCALES : LARGE_SCALES;
      double tokens = 0;
      double pairs = 0;
      for (int scale : scales) {
        tokens += (double) scale * scale;
        pairs += tokens * scale * scale;
      }
      double products = 2 * tokens * (12.0 * depth * width() * width());
      double attention = 4.0 * pairs * depth * width();
      double head = 2 * tokens * width() * CODEBOOK;
      double area = (double) side * side / (SMALL * SMALL);
      return 2 * (products + attention) + 2 * head + DECODER_FLOPS * area;
    }

    double bytes() {
      return 4 * parameters();
    }
  }

  /** Prints the table. */
  public static void main(String[] arguments) {
    try {
      int images = arguments.length > 0 ? Integer.parseInt(arguments[0]) : IMAGES;
      double seconds = arguments.length > 1 ? Double.parseDouble(arguments[1]) : SECONDS;
      int cores = arguments.length > 2 ? Integer.parseInt(arguments[2]) : CORES;
      if (arguments.length > 3 || images < 1 || !(seconds > 0) || cores < 1) {
        throw new IllegalArgumentException("expected at most three numbers above 0");
      }
      print(images, seconds, cores, System.out);
    } catch (IllegalArgumentException e) {
      System.err.println("Usage: CostTable [IMAGES [SECONDS [CORES]]]: " + e.getMessage());
      System.exit(2);
    }
  }

  static void print(int images, double seconds, int cores, PrintStream out) {
    double perFlop = seconds / new Model(16, SMALL).flops();
    out.printf(
        Locale.ROOT,
        "%,d images with guidance in float32; executors of %d cores, %.2f s for an image of d16%n%n",
        images,
        cores,
        seconds);
    out.println(
        "| model | image | TFLOP | s/image | memoryOverhead | hours on 1 | on 10 | on 100 executors | executors for a day |");
    out.println("|---|---|---|---|---|---|---|---|---|");
    for (Model model :
        List.of(
            new Model(16, SMALL),
            new Model(20, SMALL),
            new Model(24, SMALL),
            new Model(30, SMALL),
            new Model(16, LARGE),
            new Model(20, LARGE),
            new Model(24, LARGE),
            new Model(30, LARGE))) {
      out.println(row(model, images, perFlop * model.flops()));
    }
  }

  private static String row(Model model, int images, double seconds) {
    StringBuilder row = new StringBuilder();
    row.append(
        String.format(
            Locale.ROOT,
            "| d%d | %d | %.2f | %.1f | %.1f GiB |",
            model.depth(),
            model.side(),
            model.flops() / 1e12,
            seconds,
            model.bytes() / (1 << 30) + 1));
    double load = model.bytes() / READ_BYTES;
    for (int executors : EXECUTORS) {
      double time = simulate(images, executors, seconds, load);
      row.append(String.format(Locale.ROOT, " %.1f |", time / 3600));
    }
    int enough = 1;
    while (simulate(images, enough, seconds, load) > DAY) {
      enough++;
    }
    return row.append(" ").append(enough).append(" |").toString();
  }

  /**
   * Simulates Spark's scheduler: the next task goes to the executor that is free first, and a job
   * begins when the last task of the one before has ended.
   *
   * @param load seconds that an executor takes to load its model, before its first task
   * @return seconds until the last image is there
   */
  static double simulate(int images, int executors, double seconds, double load) {
    SplittableRandom random = new SplittableRandom(1);
    double now = 0;
    double loading = load;
    for (int first = 0; first < images; first += PER_JOB) {
      PriorityQueue<Double> free = new PriorityQueue<>();
      for (int i = 0; i < executors; i++) {
        free.add(now + loading);
      }
      double last = now;
      int end = Math.min(first + PER_JOB, images);
      for (int task = first; task < end; task += PER_TASK) {
        int count = Math.min(PER_TASK, end - task);
        double pace = 1 + JITTER * random.nextDouble(-1, 1);
        double done = free.remove() + TASK_OVERHEAD + count * seconds * pace;
        free.add(done);
        last = Math.max(last, done);
      }
      now = last;
      loading = 0;
    }
    return now;
  }
}
