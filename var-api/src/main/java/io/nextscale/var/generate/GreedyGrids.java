package io.nextscale.var.generate;

import io.nextscale.var.scale.Scale;
import java.util.List;
import java.util.TreeSet;

/**
 * The grids at which the most probable token is always taken, whatever else the sampling says.
 * FlexVAR's published code does so at grids that it does not count among those of the training
 * ({@code autoregressive_infer_cfg} in {@code models/flexvar.py} at 04462cb).
 *
 * @param longestSide grids with a longer side are greedy; 0: none for that reason
 * @param sides grids with a height or width that is not among them are greedy; empty: none for that
 *     reason
 */
public record GreedyGrids(int longestSide, List<Integer> sides) {
  private static final List<Integer> PUBLISHED_SIDES =
      List.of(1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 23, 24, 32);

  /** Sorts the sides. */
  public GreedyGrids {
    if (longestSide < 0) {
      throw new IllegalArgumentException(
          "max-pn " + longestSide + ": at least 0 (0: no side is too long)");
    }
    sides = List.copyOf(new TreeSet<>(sides));
  }

  /** No grid: tokens are drawn everywhere. */
  public static GreedyGrids none() {
    return new GreedyGrids(0, List.of());
  }

  /**
   * The rule of FlexVAR's published code: greedy above {@code longestSide} ("max_pn", 16 in its
   * scripts) and off the list 1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 23, 24, 32. The code knows squares
   * only; here a grid is greedy if either side is.
   */
  public static GreedyGrids published(int longestSide) {
    return new GreedyGrids(longestSide, PUBLISHED_SIDES);
  }

  /** Whether a grid is one of them. */
  public boolean contains(Scale scale) {
    boolean tooLong = longestSide > 0 && Math.max(scale.height(), scale.width()) > longestSide;
    boolean unknown =
        !sides.isEmpty() && !(sides.contains(scale.height()) && sides.contains(scale.width()));
    return tooLong || unknown;
  }

  /** {@code none}, {@code published} or, for a rule of one's own, its numbers. */
  @Override
  public String toString() {
    return equals(none())
        ? "none"
        : equals(published(longestSide)) ? "published" : "above " + longestSide + ", off " + sides;
  }

  /** The same rule with another longest side; no rule stays none. */
  public GreedyGrids withLongestSide(int side) {
    return equals(none()) ? this : new GreedyGrids(side, sides);
  }
}
