package io.nextscale.spark;

import io.nextscale.spark.model.ModelDescription;
import io.nextscale.spark.model.ModelPart;
import io.nextscale.spark.row.RowFunction;
import io.nextscale.spark.row.TokenColumns;
import io.nextscale.spark.row.TrainingImage;
import io.nextscale.train.data.ImageDataException;
import io.nextscale.train.data.LabelledImage;
import io.nextscale.var.ImageTokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * Encodes copy after copy of a training's images. The tokens of each copy are kept as Parquet in
 * the run's folder, so that a stopped encoding goes on with the next.
 *
 * @param function encodes one image
 * @param run folder of the training
 */
record TokenEncoding(
    SparkSession spark,
    RowFunction<ImageTokenizer> function,
    ModelDescription tokenizer,
    int partitions,
    Path run) {
  /**
   * Encodes the images as they are.
   *
   * @param tokens takes those of each image that could be encoded, in order
   * @return these images
   * @throws ImageDataException if there are none
   */
  List<LabelledImage> plain(List<LabelledImage> images, Consumer<long[]> tokens) {
    List<LabelledImage> good = new ArrayList<>();
    String failure = read(images, 0, tokens, place -> good.add(images.get(place)));
    if (good.isEmpty()) {
      throw new ImageDataException(
          "none of %s images could be encoded; the first: %s".formatted(images.size(), failure));
    }
    return good;
  }

  /**
   * Encodes an augmented copy.
   *
   * @throws ImageDataException if an image that could be encoded before cannot now
   */
  void copy(List<LabelledImage> images, int copy, Consumer<long[]> tokens) {
    String failure = read(images, copy, tokens, place -> {});
    if (failure != null) {
      throw new ImageDataException("copy %s: %s".formatted(copy, failure));
    }
  }

  /** Encodes a copy, or reads it; returns the first error. */
  private @Nullable String read(
      List<LabelledImage> images, int copy, Consumer<long[]> tokens, Consumer<Integer> good) {
    Path file = run.resolve("tokens-%s.parquet".formatted(copy));
    if (!Files.exists(file.resolve("_SUCCESS"))) {
      spark
          .sparkContext()
          .setJobDescription(
              "Nextscale: tokens of copy %s of %s images".formatted(copy, images.size()));
      encode(images, copy).write().mode(SaveMode.Overwrite).parquet(uri(file));
    }
    String failure = null;
    Iterator<Row> rows = spark.read().parquet(uri(file)).sort("place").toLocalIterator();
    for (int index = 0; rows.hasNext(); index++) {
      Row row = rows.next();
      if (row.isNullAt(row.fieldIndex("error"))) {
        tokens.accept(TokenColumns.of(row.schema()).read(row).tokens()[0]);
        good.accept(index);
      } else if (failure == null) {
        failure = row.getString(row.fieldIndex("error"));
      }
    }
    return failure;
  }

  private static String uri(Path file) {
    return file.toAbsolutePath().toUri().toString();
  }

  private Dataset<Row> encode(List<LabelledImage> images, int copy) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      LabelledImage image = images.get(i);
      long place = (long) copy * images.size() + i;
      String path = image.file().toAbsolutePath().toString();
      rows.add(RowFactory.create(place, path, image.label(), copy));
    }
    Dataset<Row> all = spark.createDataFrame(rows, TrainingImage.ROWS).repartition(partitions);
    return SparkImages.mapped(
        all,
        1,
        new ModelPart.Tokenizer(tokenizer),
        function,
        "scales STRING, tokens ARRAY<ARRAY<INT>>",
        RowOptions.DEFAULTS,
        "tokens");
  }
}
