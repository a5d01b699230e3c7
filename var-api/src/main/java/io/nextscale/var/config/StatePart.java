package io.nextscale.var.config;

import java.util.List;
import java.util.Objects;

/**
 * The shape of a tensor that a mixer carries from scale to scale.
 *
 * @param perToken whether it has entries for each token so far, in the element type of keys and
 *     values; else its size is the same at every scale, in float32
 * @param sizes of one row without tokens: heads and width if it is per token, else any
 */
public record StatePart(boolean perToken, List<Integer> sizes) {
  /** Copies the list. */
  public StatePart {
    Objects.requireNonNull(sizes, "sizes");
    sizes = List.copyOf(sizes);
  }

  /** The dimension of the tokens in {@link #shape}, if there are any. */
  public static final int TOKENS = 2;

  /** Returns (B, heads, tokens, width) if it is per token, else (B, sizes). */
  public long[] shape(long rows, long tokens) {
    long[] shape = new long[sizes.size() + (perToken ? 2 : 1)];
    int next = 0;
    shape[next++] = rows;
    for (int size : sizes) {
      if (perToken && next == TOKENS) {
        shape[next++] = tokens;
      }
      shape[next++] = size;
    }
    return shape;
  }
}
