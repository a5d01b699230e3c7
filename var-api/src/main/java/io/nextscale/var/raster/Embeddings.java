package io.nextscale.var.raster;

import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.var.check.Check;
import java.util.Arrays;

/** Looks up embeddings of classes and tokens. */
final class Embeddings {
  private Embeddings() {}

  /**
   * Looks up classes, one for each row: (B, 1, C).
   *
   * @param table (classes + 1, C)
   * @throws IllegalArgumentException if a class does not exist
   */
  static Tensor ofClasses(Tensor table, long[] rows) {
    for (long row : rows) {
      Check.that(0 <= row && row < table.size(0), "class", row, "0 to " + (table.size(0) - 1));
    }
    return of(table, rows, 1);
  }

  /** Looks up the tokens of each row, as many in each: (B, l, C). */
  static Tensor of(Tensor table, long[][] tokens) {
    long[] joined = Arrays.stream(tokens).flatMapToLong(Arrays::stream).toArray();
    return of(table, joined, joined.length / tokens.length);
  }

  /** Looks up tokens (B·l), row after row: (B, l, C). */
  static Tensor of(Tensor table, long[] tokens, int length) {
    Tensor indices = Tensor.of(tokens, tokens.length / Math.max(1, length), length);
    return Layers.embedding(table, indices.to(table.device()));
  }
}
