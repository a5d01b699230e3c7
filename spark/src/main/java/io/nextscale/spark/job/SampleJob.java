package io.nextscale.spark.job;

import io.nextscale.evaluate.Evaluation;
import io.nextscale.spark.SampleExport;
import io.nextscale.spark.SparkEvaluation;
import io.nextscale.spark.SparkImages;
import io.nextscale.var.json.Json;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.jspecify.annotations.Nullable;

/**
 * A set of samples, made in Spark jobs of some images each, then its features and figures, then
 * files for other programs. Each part that is committed is not made again.
 */
final class SampleJob {
  private static final String FIGURES = "figures.json";
  private static final int TASKS_A_CORE = 4;

  private final SparkSession spark;
  private final JobConfig config;
  private final JobConfig.Samples samples;
  private final JobFolder folder;
  private final PrintStream out;

  SampleJob(SparkSession spark, JobConfig config, PrintStream out) {
    this.spark = spark;
    this.config = config;
    this.samples = config.samples().orElseThrow();
    this.out = out;
    folder = new JobFolder(config.out(), spark.sparkContext().hadoopConfiguration());
  }

  void run() {
    int classes = SparkImages.classes(spark, samples.model());
    folder.requireSame(manifest(classes));
    int jobs = Math.ceilDiv(samples.count(), samples.perJob());
    for (int job = 0; job < jobs; job++) {
      sample(job, classes);
    }
    if (config.evaluation().isPresent()) {
      for (int job = 0; job < jobs; job++) {
        features(config.evaluation().get(), job);
      }
      figures(config.evaluation().get(), jobs);
    }
    Dataset<Row> all = read("samples", jobs);
    config
        .png()
        .ifPresent(
            target -> {
              describe("PNG files in " + target);
              SampleExport.png(all, target);
              out.println("PNG files: " + target);
            });
    config
        .npz()
        .ifPresent(
            target -> {
              describe("npz file " + target);
              SampleExport.npz(all, target);
              out.println("npz file: " + target);
            });
  }

  private Map<String, Object> manifest(int classes) {
    Map<String, Object> manifest = new LinkedHashMap<>();
    manifest.put("model", samples.model().source());
    put(manifest, "sha256", samples.model().sha256());
    manifest.put("dtype", samples.model().dtype());
    manifest.put("count", (long) samples.count());
    manifest.put("classes", (long) classes);
    manifest.put("seed", samples.seed());
    manifest.put("batch", (long) samples.options().batch());
    manifest.put("per_job", (long) samples.perJob());
    put(manifest, "cfg", samples.cfg());
    put(manifest, "top_k", samples.topK() == null ? null : Long.valueOf(samples.topK()));
    put(manifest, "top_p", samples.topP());
    put(manifest, "temperature", samples.temperature());
    return manifest;
  }

  private static void put(Map<String, Object> manifest, String key, @Nullable Object value) {
    if (value != null) {
      manifest.put(key, value);
    }
  }

  private void sample(int job, int classes) {
    String part = part("samples", job);
    long first = (long) job * samples.perJob();
    long end = Math.min(first + samples.perJob(), samples.count());
    if (folder.isDone(part)) {
      return;
    }
    String what = "samples %s to %s of %s".formatted(first, end - 1, samples.count());
    describe(what);
    long start = System.nanoTime();
    Dataset<Row> requests =
        SparkImages.numbered(spark, first, end, classes, samples.seed(), partitions())
            .withColumns(options());
    SparkImages.sample(requests, samples.model(), samples.options().withPartitions(partitions()))
        .write()
        .mode(SaveMode.Overwrite)
        .parquet(folder.of(part));
    report(what, end - first, start);
  }

  private Map<String, Column> options() {
    Map<String, Column> columns = new LinkedHashMap<>();
    columns.put("cfg", functions.lit(samples.cfg()));
    columns.put("top_k", functions.lit(samples.topK()));
    columns.put("top_p", functions.lit(samples.topP()));
    columns.put("temperature", functions.lit(samples.temperature()));
    return columns;
  }

  private void features(JobConfig.Evaluated evaluation, int job) {
    String part = part("features", job);
    if (folder.isDone(part)) {
      return;
    }
    Dataset<Row> images = spark.read().parquet(folder.of(part("samples", job)));
    String what = "features of samples from %s on".formatted(job * samples.perJob());
    describe(what);
    long start = System.nanoTime();
    SparkImages.features(
            // files are small: Spark would join them to one partition
            images.select("id", "png").repartition(partitions()),
            evaluation.evaluator(),
            samples.options())
        .write()
        .mode(SaveMode.Overwrite)
        .parquet(folder.of(part));
    report(what, Math.min(samples.perJob(), samples.count() - job * samples.perJob()), start);
  }

  private void figures(JobConfig.Evaluated evaluation, int jobs) {
    if (!folder.exists(FIGURES)) {
      describe("figures of %s samples".formatted(samples.count()));
      Evaluation figures =
          SparkEvaluation.evaluate(
              read("features", jobs), evaluation.reference(), evaluation.evaluator());
      folder.write(FIGURES, Json.write(figures.toMap()) + "\n");
    }
    out.println("figures: " + folder.of(FIGURES));
  }

  private Dataset<Row> read(String what, int jobs) {
    String[] parts = new String[jobs];
    for (int job = 0; job < jobs; job++) {
      parts[job] = folder.of(part(what, job));
    }
    return spark.read().parquet(parts);
  }

  private int partitions() {
    int given = samples.options().partitions();
    return given > 0 ? given : TASKS_A_CORE * spark.sparkContext().defaultParallelism();
  }

  private static String part(String what, int job) {
    return String.format(Locale.ROOT, "%s/part-%05d", what, job);
  }

  private void describe(String what) {
    spark.sparkContext().setJobDescription("Nextscale: " + what);
  }

  private void report(String what, long images, long start) {
    double seconds = (System.nanoTime() - start) / 1e9;
    out.println(
        String.format(Locale.ROOT, "%s: %.1f s, %.2f images/s", what, seconds, images / seconds));
  }
}
