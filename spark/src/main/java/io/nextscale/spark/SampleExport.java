package io.nextscale.spark;

import io.nextscale.evaluate.error.EvaluationException;
import io.nextscale.evaluate.image.RgbSamples;
import io.nextscale.evaluate.sample.SampleSet;
import io.nextscale.spark.row.PngWriter;
import io.nextscale.var.image.ImageFile;
import java.nio.file.Path;
import java.util.Iterator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/**
 * Writes sets of samples as other programs read them. Ids must be 0 to n - 1, each once, and no row
 * may have an error.
 */
public final class SampleExport {
  private SampleExport() {}

  /**
   * Writes numbered PNG files in folders of 1,000 each, such as {@code 012/012345.png}, on the
   * executors. Files that are there are kept.
   *
   * @param samples columns {@code id}, {@code png} and {@code error}
   * @param folder of any of Hadoop's file systems that driver and executors share
   * @throws EvaluationException if an image is missing or there twice
   */
  public static void png(Dataset<Row> samples, String folder) {
    requireNumbered(samples);
    samples
        .select("id", "png")
        .foreachPartition(
            new PngWriter(folder, samples.sparkSession().sparkContext().hadoopConfiguration()));
  }

  /**
   * Writes all images into one npz file, {@code arr_0} (N, H, W, 3), which the official evaluators
   * read, on the driver; whole or not at all.
   *
   * @param samples as for {@link #png}
   * @throws EvaluationException if an image is missing, there twice or of another size, or the file
   *     cannot be written
   */
  public static void npz(Dataset<Row> samples, Path target) {
    int count = requireNumbered(samples);
    Iterator<Row> rows = samples.select("id", "png").sort("id").toLocalIterator();
    SampleSet.pack(
        target,
        count,
        number -> RgbSamples.of(ImageFile.read("image " + number, rows.next().<byte[]>getAs(1))),
        done -> {});
  }

  private static int requireNumbered(Dataset<Row> samples) {
    Row found =
        samples
            .agg(
                functions.count("png"),
                functions.countDistinct("id"),
                functions.coalesce(functions.min("id"), functions.lit(0L)),
                functions.coalesce(functions.max("id"), functions.lit(-1L)),
                functions.count("error"))
            .head();
    long images = found.getLong(0);
    boolean numbered = found.getLong(2) == 0 && found.getLong(3) == images - 1;
    if (images == 0 || found.getLong(1) != images || !numbered || found.getLong(4) > 0) {
      throw new EvaluationException(
          "%s images with %s ids from %s to %s, and %s errors: expected the ids 0 to n - 1, each once, without errors"
              .formatted(
                  images, found.getLong(1), found.getLong(2), found.getLong(3), found.getLong(4)));
    }
    return Math.toIntExact(images);
  }
}
