package io.nextscale.spark;

import io.nextscale.evaluate.Evaluation;
import io.nextscale.evaluate.ImageEvaluator;
import io.nextscale.evaluate.SampleFeatures;
import io.nextscale.evaluate.error.EvaluationException;
import io.nextscale.evaluate.inception.InceptionFeatures;
import io.nextscale.evaluate.metric.FeatureRows;
import io.nextscale.spark.model.EvaluatorDescription;
import io.nextscale.spark.row.MomentsPart;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Iterator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * The figures of a set whose features were computed by {@link SparkImages#features}. Write these
 * first: the figures read them several times.
 *
 * <p>Executors add up the moments, which tasks merge in a tree. The pooled features come to the
 * driver in the order of the ids, into native memory (8 KB an image, 410 MB of 50,000): Inception
 * Score, precision and recall need all of them at once. There the driver computes the figures.
 */
public final class SparkEvaluation {
  private static final int DEPTH = 2;
  private static final int PARTS = 16; // each sends 66 MB

  private SparkEvaluation() {}

  /**
   * Computes the figures of samples.
   *
   * @param samples columns {@code id}, by which the samples are ordered, {@code pooled}, {@code
   *     spatial} and {@code error}
   * @param reference on the driver: an npz file of statistics, of images or of both, or a folder of
   *     images. Features of images are computed on the driver
   * @throws EvaluationException if a row has an error, there are fewer than two, or the reference
   *     cannot be read
   */
  public static Evaluation evaluate(
      Dataset<Row> samples, Path reference, EvaluatorDescription evaluator) {
    try (ImageEvaluator network = evaluator.load();
        Arena arena = Arena.ofShared()) {
      return network.evaluate(collect(samples, arena), reference);
    }
  }

  /**
   * Computes the figures of samples against images whose features were computed on Spark too.
   *
   * @param reference the same columns as of the samples
   * @throws EvaluationException if a row has an error, or there are fewer than two
   */
  public static Evaluation evaluate(
      Dataset<Row> samples, Dataset<Row> reference, EvaluatorDescription evaluator) {
    try (ImageEvaluator network = evaluator.load();
        Arena arena = Arena.ofShared()) {
      return network.evaluate(collect(samples, arena), collect(reference, arena));
    }
  }

  private static SampleFeatures collect(Dataset<Row> features, Arena arena) {
    int count = requireComplete(features);
    MomentsPart moments =
        features
            .select("pooled", "spatial")
            .coalesce(PARTS)
            .javaRDD()
            .mapPartitions(MomentsPart::of)
            .treeReduce(MomentsPart::plus, DEPTH);
    long each = (long) InceptionFeatures.POOLED * Float.BYTES;
    MemorySegment memory = arena.allocate(count * each, Long.BYTES);
    Iterator<Row> rows = features.select("id", "pooled").sort("id").toLocalIterator();
    int number = 0;
    for (; rows.hasNext() && number < count; number++) {
      float[] pooled = MomentsPart.floats(rows.next(), 1);
      MemorySegment.copy(pooled, 0, memory, ValueLayout.JAVA_FLOAT, number * each, pooled.length);
    }
    if (number != count || rows.hasNext()) {
      throw new EvaluationException(
          "the features changed while they were read: write them to a file first");
    }
    return new SampleFeatures(
        moments.pooled().moments(),
        moments.spatial().moments(),
        new FeatureRows(memory, count, InceptionFeatures.POOLED));
  }

  private static int requireComplete(Dataset<Row> features) {
    Row counts =
        features
            .agg(
                functions.count(functions.lit(1)),
                functions.countDistinct("id"),
                functions.count("error"),
                functions.first("error", true))
            .head();
    if (counts.getLong(2) > 0) {
      throw new EvaluationException(
          "%s of %s images have no features; the first error: %s"
              .formatted(counts.getLong(2), counts.getLong(0), counts.getString(3)));
    }
    if (counts.getLong(0) != counts.getLong(1)) {
      throw new EvaluationException(
          "%s images with %s ids: expected an id of its own for each"
              .formatted(counts.getLong(0), counts.getLong(1)));
    }
    if (counts.getLong(0) < 2) {
      throw new EvaluationException(
          "%s image(s): a covariance needs at least 2".formatted(counts.getLong(0)));
    }
    return Math.toIntExact(counts.getLong(0));
  }
}
