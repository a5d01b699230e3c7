package io.nextscale.train.metrics;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * The measurements of one step.
 *
 * @param step the step of the training, at least 0
 * @param values column to value, only of columns that were measured; NaN and infinities may occur
 */
public record MetricsRow(long step, Map<String, Double> values) {
  /** Checks the step and copies the values, in their order. */
  public MetricsRow {
    Objects.requireNonNull(values, "values");
    if (step < 0) {
      throw new IllegalArgumentException("step is %s: allowed is at least 0".formatted(step));
    }
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** The value of a column, if it was measured at this step. */
  public OptionalDouble value(String column) {
    Double value = values.get(column);
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
