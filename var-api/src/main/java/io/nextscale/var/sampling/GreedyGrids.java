package io.nextscale.var.sampling;

import io.nextscale.var.check.Check;
import io.nextscale.var.scale.Scale;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * The grids at which the most probable token is always taken, whatever else the sampling says.
 * FlexVAR's published code does so at grids that it does not count among those of the training
 * ({@code autoregressive_infer_cfg} in {@code models/flexvar.py} at 04462cb).
 *
 * @param longestSide at least 1; grids with a longer side are greedy
 * @param sides grids with a height or width that is not among them are greedy; sorted here
 */
public record GreedyGrids(OptionalInt longestSide, Optional<List<Integer>> sides) {
  private static final List<Integer> PUBLISHED_SIDES =
      List.of(1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 23, 24, 32);

  /** Checks the longest side and sorts the others. */
  public GreedyGrids {
    longestSide.ifPresent(side -> Check.that(side > 0, "max-pn", side, "0 and more (0: none)"));
    sides = sides.map(known -> List.copyOf(new TreeSet<>(known)));
  }

  /** Contains no grid: tokens are drawn everywhere. */
  public static GreedyGrids none() {
    return new GreedyGrids(OptionalInt.empty(), Optional.empty());
  }

  /**
   * Has the rule of FlexVAR's published code: greedy above {@code longestSide} ("max_pn", 16 in its
   * scripts) and off the list 1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 23, 24, 32. The code knows squares
   * only; here a grid is greedy if either side is.
   *
   * @param longestSide 0, as on the command line: no side is too long
   */
  public static GreedyGrids published(int longestSide) {
    return new GreedyGrids(OptionalInt.empty(), Optional.of(PUBLISHED_SIDES))
        .withLongestSide(longestSide);
  }

  /** Whether a grid is one of them. */
  public boolean contains(Scale scale) {
    return isTooLong(Math.max(scale.height(), scale.width()))
        || isUnknown(scale.height())
        || isUnknown(scale.width());
  }

  private boolean isTooLong(int side) {
    return longestSide.isPresent() && side > longestSide.getAsInt();
  }

  private boolean isUnknown(int side) {
    return sides.isPresent() && !sides.get().contains(side);
  }

  /** Names the rule: {@code none}, {@code published} or, for a rule of one's own, its sides. */
  @Override
  public String toString() {
    if (equals(none())) {
      return "none";
    }
    int longest = longestSide.orElse(0);
    return equals(published(longest))
        ? "published"
        : "above %d, off %s".formatted(longest, sides.orElse(List.of()));
  }

  /**
   * Copies the rule with another longest side; no rule stays none.
   *
   * @param side 0, as on the command line: no side is too long
   */
  public GreedyGrids withLongestSide(int side) {
    OptionalInt longest = side == 0 ? OptionalInt.empty() : OptionalInt.of(side);
    return equals(none()) ? this : new GreedyGrids(longest, sides);
  }
}
