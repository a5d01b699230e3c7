package io.nextscale.spark;

import com.sun.management.OperatingSystemMXBean;
import io.nextscale.evaluate.sample.SampleSet;
import io.nextscale.spark.model.LoadedModels;
import io.nextscale.spark.model.ModelChecksum;
import io.nextscale.spark.model.ModelDescription;
import io.nextscale.spark.model.ModelPart;
import io.nextscale.torch.Torch;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.var.GeneratedImage;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.image.PngFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;

/**
 * Makes many images on {@code local[2]}: {@code LongRun compare|memory [COUNT [TURNS [BATCH
 * [MODEL]]]]}. {@code memory} prints the resident memory after each turn of COUNT images, {@code
 * compare} also the time, and that of the library alone.
 *
 * <p>Both make the same images, in batches of the same size, with two threads of the library, and
 * encode them to PNG with a SHA-256: alone one caller, on Spark two tasks. They take turns, and
 * each begins every other pair, so that other load on the machine meets both. With a heap of one
 * size ({@code -Xms -Xmx -XX:+AlwaysPreTouch}), resident memory that grows is native.
 */
final class LongRun {
  private static final int THREADS = 2;
  private static final int PARTITIONS = 4;

  private final SparkSession spark;
  private final ModelDescription model;
  private final ImageGenerator generator;
  private final int batch;

  private LongRun(SparkSession spark, ModelDescription model, ImageGenerator generator, int batch) {
    this.spark = spark;
    this.model = model;
    this.generator = generator;
    this.batch = batch;
  }

  public static void main(String[] arguments) throws IOException {
    boolean compare = arguments[0].equals("compare");
    int count = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 320;
    int turns = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 16;
    int batch = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 8;
    String source = arguments.length > 4 ? arguments[4] : "demo:emoji-var";
    ModelDescription model = ModelDescription.of(source).withThreads(THREADS);
    CpuThreads.setCount(THREADS);
    try (SparkSession spark = Sessions.local();
        ImageGenerator generator = new ModelPart.Generator(model).load()) {
      LongRun run = new LongRun(spark, model, generator, batch);
      if (compare) {
        run.compare(count, turns);
      } else {
        run.memory(count, turns);
      }
    } finally {
      LoadedModels.closeIdle();
    }
  }

  /**
   * One turn of either.
   *
   * @param seconds of the clock
   * @param processor seconds of all processors in this JVM
   */
  private record Turn(double seconds, double processor) {
    static Turn of(Work work) throws IOException {
      OperatingSystemMXBean system =
          ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
      long processor = system.getProcessCpuTime();
      long start = System.nanoTime();
      work.run();
      return new Turn(
          (System.nanoTime() - start) / 1e9, (system.getProcessCpuTime() - processor) / 1e9);
    }

    String text(int count) {
      return String.format(
          Locale.ROOT,
          "%.2f images/s, %.3f s of processors each",
          count / seconds,
          processor / count);
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private void memory(int count, int turns) throws IOException {
    for (int turn = 1; turn <= turns; turn++) {
      onSpark(count);
      print("%s images: %s", count * turn, memory());
    }
  }

  private void compare(int count, int pairs) throws IOException {
    for (int warm = 0; warm < 3; warm++) {
      alone(4 * batch);
      onSpark(4 * batch);
    }
    List<Double> ratios = new ArrayList<>();
    double alone = 0;
    double onSpark = 0;
    for (int pair = 0; pair < pairs; pair++) {
      Turn before = pair % 2 == 0 ? Turn.of(() -> alone(count)) : null;
      Turn spark = Turn.of(() -> onSpark(count));
      Turn own = before == null ? Turn.of(() -> alone(count)) : before;
      alone += own.seconds;
      onSpark += spark.seconds;
      ratios.add(own.seconds / spark.seconds);
      print(
          "pair %s: alone %s; on Spark %s; ratio %.3f; %s images on Spark; %s",
          pair,
          own.text(count),
          spark.text(count),
          own.seconds / spark.seconds,
          count * (pair + 1),
          memory());
    }
    ratios.sort(null);
    print(
        "all: alone %.0f s, %.2f images/s a core; on Spark %.0f s, %.2f; ratio %.3f, median of pairs %.3f",
        alone,
        pairs * count / alone / THREADS,
        onSpark,
        pairs * count / onSpark / THREADS,
        alone / onSpark,
        ratios.get(pairs / 2));
  }

  private static void print(String line, Object... values) {
    System.out.println(String.format(Locale.ROOT, line, values));
  }

  private void alone(int count) throws IOException {
    int classes = generator.spec().noClass();
    for (int first = 0; first < count; first += batch) {
      int[] labels =
          IntStream.range(first, Math.min(first + batch, count)).map(i -> i % classes).toArray();
      for (GeneratedImage image :
          generator.generate(GenerationRequest.of(labels).seed(first).build()).images()) {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        PngFile.write(png, image.toBufferedImage(), SampleSet.metadata(image.parameters()));
        ModelChecksum.of(png.toByteArray());
      }
    }
  }

  private void onSpark(int count) {
    SparkImages.sample(
            SparkImages.numbered(spark, count, generator.spec().noClass(), 0, PARTITIONS),
            model,
            RowOptions.DEFAULTS.withFailFast().withBatch(batch))
        .write()
        .format("noop")
        .mode("overwrite")
        .save();
  }

  /** Resident memory, and what of it is Java's: heap, and classes with their code. */
  private static String memory() throws IOException {
    long resident =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("VmRSS"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
            .findFirst()
            .orElseThrow();
    MemoryMXBean java = ManagementFactory.getMemoryMXBean();
    return "resident %s MiB, heap %s MiB, classes and code %s MiB, %s tensors"
        .formatted(
            resident,
            java.getHeapMemoryUsage().getCommitted() >> 20,
            java.getNonHeapMemoryUsage().getCommitted() >> 20,
            Torch.liveTensors());
  }
}
