package io.nextscale.spark.row;

import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/**
 * The columns of token maps: {@code scales}, such as {@code 1,2,3}, and {@code tokens}, an array of
 * whole numbers for each scale, row-major.
 *
 * @param scales place of the first
 * @param tokens place of the second
 */
public record TokenColumns(int scales, int tokens) implements Serializable {
  @Serial private static final long serialVersionUID = 1;

  /** Name of the column of scales. */
  public static final String SCALES = "scales";

  /** Name of the column of tokens. */
  public static final String TOKENS = "tokens";

  /**
   * Finds the columns.
   *
   * @throws IllegalArgumentException if one is missing
   */
  public static TokenColumns of(StructType schema) {
    List<String> names = Arrays.asList(schema.fieldNames());
    if (!names.contains(SCALES) || !names.contains(TOKENS)) {
      throw new IllegalArgumentException(
          "the columns are %s: expected %s and %s, as tokenize gives them"
              .formatted(names, SCALES, TOKENS));
    }
    return new TokenColumns(names.indexOf(SCALES), names.indexOf(TOKENS));
  }

  /**
   * Reads the token maps of a row.
   *
   * @throws IllegalArgumentException if there are none, or they do not fit the scales
   */
  public TokenMaps read(Row row) {
    if (row.isNullAt(scales) || row.isNullAt(tokens)) {
      throw new IllegalArgumentException("the row has no tokens");
    }
    Scales grids = Scales.parse(row.getString(scales));
    List<scala.collection.Seq<Integer>> maps = row.getList(tokens);
    if (maps.size() != grids.count()) {
      throw new IllegalArgumentException(
          "%s token maps for the scales %s: expected one for each".formatted(maps.size(), grids));
    }
    List<long[]> ofScales = new ArrayList<>();
    for (int k = 0; k < grids.count(); k++) {
      scala.collection.Seq<Integer> map = maps.get(k);
      if (map.length() != grids.get(k).tokens()) {
        throw new IllegalArgumentException(
            "%s tokens at scale %s: expected %s"
                .formatted(map.length(), grids.get(k), grids.get(k).tokens()));
      }
      long[] values = new long[map.length()];
      for (int i = 0; i < values.length; i++) {
        values[i] = map.apply(i);
      }
      ofScales.add(values);
    }
    return TokenMaps.join(grids, 1, ofScales);
  }

  /** The two values of a row, of the token maps of one image. */
  public static Object[] values(TokenMaps maps) {
    Scales grids = maps.scales();
    Integer[][] each = new Integer[grids.count()][];
    for (int k = 0; k < each.length; k++) {
      each[k] = Arrays.stream(maps.ofScale(k)).mapToObj(Math::toIntExact).toArray(Integer[]::new);
    }
    return new Object[] {grids.toString(), each};
  }
}
