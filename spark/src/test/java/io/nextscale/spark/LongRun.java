package io.nextscale.spark;

import io.nextscale.evaluate.sample.SampleSet;
import io.nextscale.spark.model.LoadedModels;
import io.nextscale.spark.model.ModelChecksum;
import io.nextscale.spark.model.ModelDescription;
import io.nextscale.spark.model.ModelPart;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.var.GeneratedImage;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.image.PngFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;

/**
 * Compares images per second on {@code local[2]} with those of the library alone, and prints the
 * resident memory: {@code LongRun [COUNT [ROUNDS [BATCH [MODEL]]]]}.
 */
final class LongRun {
  private static final int THREADS = 2;

  private LongRun() {}

  public static void main(String[] arguments) throws IOException {
    int count = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 128;
    int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 4;
    int batch = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 8;
    String source = arguments.length > 3 ? arguments[3] : "demo:emoji-var";
    ModelDescription model = ModelDescription.of(source).withThreads(THREADS);
    CpuThreads.setCount(THREADS);
    try (SparkSession spark = Sessions.local();
        ImageGenerator generator = new ModelPart.Generator(model).load()) {
      int classes = generator.spec().noClass();
      alone(generator, classes, 2 * batch, batch);
      onSpark(spark, model, classes, 2 * batch, batch);
      for (int round = 0; round < rounds; round++) {
        double alone = alone(generator, classes, count, batch);
        double onSpark = onSpark(spark, model, classes, count, batch);
        System.out.printf(
            Locale.ROOT,
            "round %d: alone %.2f images/s, on Spark %.2f, ratio %.3f, resident %d MiB%n",
            round,
            count / alone,
            count / onSpark,
            alone / onSpark,
            residentMib());
      }
    } finally {
      LoadedModels.closeIdle();
    }
  }

  private static double alone(ImageGenerator generator, int classes, int count, int batch)
      throws IOException {
    long start = System.nanoTime();
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
    return (System.nanoTime() - start) / 1e9;
  }

  private static double onSpark(
      SparkSession spark, ModelDescription model, int classes, int count, int batch) {
    long start = System.nanoTime();
    SparkImages.sample(
            SparkImages.numbered(spark, count, classes, 0, 4),
            model,
            RowOptions.DEFAULTS.withFailFast().withBatch(batch))
        .write()
        .format("noop")
        .mode("overwrite")
        .save();
    return (System.nanoTime() - start) / 1e9;
  }

  private static long residentMib() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) >> 10)
        .findFirst()
        .orElseThrow();
  }
}
