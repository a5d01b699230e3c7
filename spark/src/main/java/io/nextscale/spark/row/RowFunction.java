package io.nextscale.spark.row;

import java.io.Serializable;
import org.apache.spark.sql.Row;

/**
 * Computes the new columns of a row.
 *
 * @param <M> the loaded model
 */
public interface RowFunction<M> extends Serializable {
  /**
   * Computes the values, in the order of the new columns.
   *
   * @throws RuntimeException if the row is bad; its message names the thing and what is allowed
   */
  Object[] of(M model, Row row);
}
