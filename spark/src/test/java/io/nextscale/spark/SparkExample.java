package io.nextscale.spark;

import io.nextscale.spark.model.ModelDescription;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The example of docs/SPARK.md. */
final class SparkExample {
  private SparkExample() {}

  static void run(SparkSession spark, String folder, long count, int partitions, String out) {
    ModelDescription model = ModelDescription.of(folder).withChecksum(); // /shared/var-d16
    int classes = SparkImages.classes(spark, model);
    // ids 0 to count - 1, seeds from 0 on; or a table of your own
    Dataset<Row> requests = SparkImages.numbered(spark, count, classes, 0, partitions);
    SparkImages.sample(requests, model, RowOptions.DEFAULTS.withBatch(8))
        .write()
        .parquet(out); // hdfs:///samples
  }
}
