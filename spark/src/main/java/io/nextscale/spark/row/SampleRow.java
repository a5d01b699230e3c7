package io.nextscale.spark.row;

import io.nextscale.var.GenerationRequest;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.sampling.Sampling;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/** A row that asks for one image: its columns, and its request. */
final class SampleRow {
  static final int ID = 0;
  static final int CLASS = 1;
  static final int SEED = 2;
  private static final int FIRST_OPTION = 3;

  private static final Map<String, String> REQUIRED = new LinkedHashMap<>();
  private static final Map<String, String> OPTIONS = new LinkedHashMap<>();

  static {
    REQUIRED.put("id", "bigint");
    REQUIRED.put("class", "string");
    REQUIRED.put("seed", "bigint");
    OPTIONS.put("cfg", "double");
    OPTIONS.put("top_k", "int");
    OPTIONS.put("top_p", "double");
    OPTIONS.put("temperature", "double");
    OPTIONS.put("height", "int");
    OPTIONS.put("width", "int");
    OPTIONS.put("steps", "int");
  }

  private SampleRow() {}

  /**
   * The columns of requests in a fixed order, null where there is none.
   *
   * @throws IllegalArgumentException naming the columns that are missing
   */
  static Column[] columns(StructType schema) {
    List<String> names = Arrays.asList(schema.fieldNames());
    if (!names.containsAll(REQUIRED.keySet())) {
      throw new IllegalArgumentException(
          "the columns are %s: expected %s, and any of %s"
              .formatted(names, REQUIRED.keySet(), OPTIONS.keySet()));
    }
    Map<String, String> all = new LinkedHashMap<>(REQUIRED);
    all.putAll(OPTIONS);
    return all.entrySet().stream()
        .map(
            column ->
                (names.contains(column.getKey())
                        ? functions.col(column.getKey())
                        : functions.lit(null))
                    .cast(column.getValue())
                    .as(column.getKey()))
        .toArray(Column[]::new);
  }

  /** The options of a row; rows of equal options are generated together. */
  static List<Object> options(Row row) {
    Object[] values = new Object[OPTIONS.size()];
    Arrays.setAll(values, i -> row.get(FIRST_OPTION + i));
    return Arrays.asList(values);
  }

  /**
   * Checks the columns that each row has.
   *
   * @return id of the class
   * @throws IllegalArgumentException if id, class or seed is null, or the class unknown
   */
  static int requireClass(Row row, ModelSpec spec) {
    for (int i = 0; i < FIRST_OPTION; i++) {
      if (row.isNullAt(i)) {
        throw new IllegalArgumentException(
            "%s is null: expected a value".formatted(List.copyOf(REQUIRED.keySet()).get(i)));
      }
    }
    return spec.classId(row.getString(CLASS));
  }

  /** The request of rows with equal options. */
  static GenerationRequest.Builder request(List<Row> rows, ModelSpec spec) {
    List<Object> options = options(rows.getFirst());
    GenerationRequest.Builder request =
        GenerationRequest.of(rows.stream().map(row -> row.getString(CLASS)).toList())
            .seeds(rows.stream().mapToLong(row -> row.getLong(SEED)).toArray());
    Sampling sampling = spec.defaults().sampling();
    if (options.get(0) instanceof Double cfg) {
      request.cfg(cfg);
    }
    if (options.get(1) instanceof Integer topK) {
      sampling = sampling.withTopK(topK);
    }
    if (options.get(2) instanceof Double topP) {
      sampling = sampling.withTopP(topP);
    }
    if (options.get(3) instanceof Double temperature) {
      sampling = sampling.withTemperature(temperature);
    }
    if (options.get(4) instanceof Integer || options.get(5) instanceof Integer) {
      request.size(side(options.get(4), "height"), side(options.get(5), "width"));
    }
    if (options.get(6) instanceof Integer steps) {
      request.steps(steps);
    }
    return request.sampling(sampling);
  }

  private static int side(Object value, String name) {
    return (Integer)
        Objects.requireNonNullElseGet(
            value,
            () -> {
              throw new IllegalArgumentException(
                  name + " is null: expected both sides of an image, or none");
            });
  }
}
