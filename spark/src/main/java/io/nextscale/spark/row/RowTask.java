package io.nextscale.spark.row;

import io.nextscale.spark.model.Loadable;
import io.nextscale.spark.model.LoadedModels;
import java.io.Serial;
import java.util.Arrays;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * Adds columns to the rows of a partition, one row at a time, as they are asked for. The last
 * column is the error.
 *
 * @param <M> the loaded model
 */
public final class RowTask<M extends AutoCloseable> implements MapPartitionsFunction<Row, Row> {
  @Serial private static final long serialVersionUID = 1;

  private final Loadable<M> model;
  private final RowFunction<M> function;
  private final int[] kept;
  private final int added;
  private final boolean failFast;
  private final Counters counters;

  /**
   * Makes the task of all partitions.
   *
   * @param kept places of the columns that the result keeps
   * @param added number of new columns, without the error
   */
  public RowTask(
      Loadable<M> model,
      RowFunction<M> function,
      int[] kept,
      int added,
      boolean failFast,
      Counters counters) {
    this.model = model;
    this.function = function;
    this.kept = kept.clone();
    this.added = added;
    this.failFast = failFast;
    this.counters = counters;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new Iterator<>() {
      private @Nullable M loaded;

      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Row next() {
        TaskContext.get().killTaskIfInterrupted();
        M own = loaded;
        if (own == null) {
          own = LoadedModels.ofTask(model, counters.loads()::add);
          loaded = own;
        }
        return computed(own, rows.next());
      }
    };
  }

  private Row computed(M loaded, Row row) {
    Object[] values = new Object[kept.length + added + 1];
    for (int i = 0; i < kept.length; i++) {
      values[i] = row.get(kept[i]);
    }
    try {
      Object[] computed = function.of(loaded, row);
      System.arraycopy(computed, 0, values, kept.length, added);
      counters.images().add(1);
    } catch (RuntimeException e) {
      Arrays.fill(values, kept.length, values.length, null);
      values[values.length - 1] = RowFailure.message(e, failFast, counters);
    }
    return RowFactory.create(values);
  }
}
