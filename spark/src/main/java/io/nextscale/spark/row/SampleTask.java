package io.nextscale.spark.row;

import io.nextscale.evaluate.sample.SampleSet;
import io.nextscale.spark.model.Background;
import io.nextscale.spark.model.LoadedModels;
import io.nextscale.spark.model.ModelChecksum;
import io.nextscale.spark.model.ModelPart;
import io.nextscale.var.Cancellation;
import io.nextscale.var.GeneratedImage;
import io.nextscale.var.ImageGenerator;
import java.io.Serial;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Generates the images of a partition's requests. Rows are generated together if their ids divided
 * by the batch are equal, and their options. All of them lie in one partition, so a batch depends
 * on its rows alone.
 */
public final class SampleTask implements MapPartitionsFunction<Row, Row> {
  @Serial private static final long serialVersionUID = 1;

  private static final long POLL_MILLIS = 500;

  private final ModelPart.Generator model;
  private final int batch;
  private final boolean failFast;
  private final Counters counters;

  /** Makes the task of all partitions. */
  public SampleTask(ModelPart.Generator model, int batch, boolean failFast, Counters counters) {
    this.model = model;
    this.batch = batch;
    this.failFast = failFast;
    this.counters = counters;
  }

  /**
   * Brings requests into the form that the task takes.
   *
   * @param partitions number of partitions; 0: as they are
   * @throws IllegalArgumentException if a column is missing
   */
  public static Dataset<Row> prepare(Dataset<Row> requests, int batch, int partitions) {
    Dataset<Row> rows = requests.select(SampleRow.columns(requests.schema()));
    if (batch == 1) {
      return partitions == 0 ? rows : rows.repartition(partitions);
    }
    int count = partitions == 0 ? requests.javaRDD().getNumPartitions() : partitions;
    Column block = functions.floor(functions.col("id").divide(batch));
    // a number of partitions of our own: adaptive execution would join them, they are small
    return rows.repartition(count, block).sortWithinPartitions("id");
  }

  /** The columns of the result. */
  public static StructType schema() {
    return StructType.fromDDL(
        "id BIGINT, class INT, seed BIGINT, parameters MAP<STRING, STRING>, png BINARY,"
            + " sha256 STRING, error STRING");
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new Batches(rows);
  }

  /** Computes a batch when its first image is asked for. */
  private final class Batches implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final Deque<Row> ready = new ArrayDeque<>();
    private @Nullable Row next;
    private @Nullable ImageGenerator generator;

    Batches(Iterator<Row> rows) {
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      return !ready.isEmpty() || next != null || rows.hasNext();
    }

    @Override
    public Row next() {
      if (ready.isEmpty()) {
        TaskContext.get().killTaskIfInterrupted();
        ImageGenerator own = generator;
        if (own == null) {
          own = LoadedModels.ofTask(model, counters.loads()::add);
          generator = own;
        }
        ready.addAll(generate(own, take()));
      }
      return ready.remove();
    }

    private List<Row> take() {
      Row first = next == null ? rows.next() : next;
      next = null;
      List<Row> taken = new ArrayList<>();
      taken.add(first);
      while (taken.size() < batch && rows.hasNext()) {
        Row row = rows.next();
        if (!isTogether(first, row)) {
          next = row;
          break;
        }
        taken.add(row);
      }
      return taken;
    }

    private boolean isTogether(Row first, Row row) {
      return !first.isNullAt(SampleRow.ID)
          && !row.isNullAt(SampleRow.ID)
          && Math.floorDiv(first.getLong(SampleRow.ID), batch)
              == Math.floorDiv(row.getLong(SampleRow.ID), batch)
          && SampleRow.options(first).equals(SampleRow.options(row));
    }
  }

  private List<Row> generate(ImageGenerator generator, List<Row> rows) {
    List<Row> results = new ArrayList<>();
    List<Row> good = new ArrayList<>();
    for (Row row : rows) {
      try {
        SampleRow.requireClass(row, generator.spec());
        good.add(row);
      } catch (RuntimeException e) {
        results.add(failed(row, e));
      }
    }
    if (good.isEmpty()) {
      return results;
    }
    try {
      List<GeneratedImage> images = images(generator, good);
      for (int i = 0; i < good.size(); i++) {
        results.add(done(good.get(i), images.get(i)));
      }
    } catch (RuntimeException e) {
      good.forEach(row -> results.add(failed(row, e)));
    }
    return results;
  }

  private static List<GeneratedImage> images(ImageGenerator generator, List<Row> rows) {
    TaskContext task = TaskContext.get();
    Cancellation cancellation = new Cancellation();
    ScheduledFuture<?> watch =
        Background.every(
            POLL_MILLIS,
            () -> {
              if (task.isInterrupted()) {
                cancellation.cancel();
              }
            });
    try {
      // requests of several tasks at once would become one batch, whose rounding depends on chance
      synchronized (generator) {
        return generator
            .generate(SampleRow.request(rows, generator.spec()).cancellation(cancellation).build())
            .images();
      }
    } finally {
      watch.cancel(false);
    }
  }

  private Row done(Row row, GeneratedImage image) {
    Map<String, String> text = SampleSet.metadata(image.parameters());
    byte[] png = PngBytes.of(image.toBufferedImage(), text);
    counters.images().add(1);
    return RowFactory.create(
        row.get(SampleRow.ID),
        image.classId(),
        image.seed(),
        CollectionConverters.asScala(image.parameters()),
        png,
        ModelChecksum.of(png),
        null);
  }

  private Row failed(Row row, RuntimeException failure) {
    String message = RowFailure.message(failure, failFast, counters);
    return RowFactory.create(
        row.get(SampleRow.ID), null, row.get(SampleRow.SEED), null, null, null, message);
  }
}
