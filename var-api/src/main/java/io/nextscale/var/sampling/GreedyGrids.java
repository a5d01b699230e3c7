package io.nextscale.var.sampling;

import io.nextscale.var.check.Check;
import io.nextscale.var.scale.Scale;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * Grids at which the most probable token is taken, whatever else the sampling says. FlexVAR's
 * published code does so at grids that it does not count among those of the training ({@code
 * autoregressive_infer_cfg} in {@code models/flexvar.py} at 04462cb).
 *
 * @param longestSide in tokens, at least 1; grids with a longer side are greedy; none: no side is
 *     too long
 * @param sides in tokens; grids whose height or width is not among them are greedy; none: every
 *     side is allowed; sorted here
 */
public record GreedyGrids(OptionalInt longestSide, Optional<List<Integer>> sides) {
  private static final List<Integer> PUBLISHED_SIDES =
      List.of(1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 23, 24, 32);

  /**
   * Checks the longest side and sorts the list.
   *
   * @throws IllegalArgumentException if the longest side is below 1
   */
  public GreedyGrids {
    Objects.requireNonNull(longestSide, "longestSide");
    Objects.requireNonNull(sides, "sides");
    longestSide.ifPresent(side -> Check.that(side > 0, "max-pn", side, "1 and more"));
    sides = sides.map(known -> List.copyOf(new TreeSet<>(known)));
  }

  /** Returns the rule without greedy grids: tokens are drawn at every grid. */
  public static GreedyGrids none() {
    return new GreedyGrids(OptionalInt.empty(), Optional.empty());
  }

  /**
   * Rule of FlexVAR's published code: greedy above {@code longestSide} ("max_pn", 16 in its
   * scripts) and off the list 1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 23, 24, 32. The code knows squares
   * only; here a grid is greedy if one of its sides is.
   *
   * @param longestSide in tokens, at least 1
   */
  public static GreedyGrids published(int longestSide) {
    return published(OptionalInt.of(longestSide));
  }

  /**
   * Rule of FlexVAR's published code, with another longest side or none.
   *
   * @param longestSide in tokens, at least 1; none: no side is too long
   */
  public static GreedyGrids published(OptionalInt longestSide) {
    return new GreedyGrids(longestSide, Optional.of(PUBLISHED_SIDES));
  }

  /** Whether a grid is greedy. */
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

  /** Names the rule: {@code none}, {@code published}, or the sides of another rule. */
  @Override
  public String toString() {
    if (equals(none())) {
      return "none";
    }
    return equals(published(longestSide))
        ? "published"
        : "above %s, off %s"
            .formatted(
                longestSide.isPresent() ? longestSide.getAsInt() : "no side",
                sides.isPresent() ? sides.get() : "no list");
  }

  /**
   * Copies the rule with another longest side; {@link #none} stays as it is.
   *
   * @param side in tokens, at least 1; none: no side is too long
   */
  public GreedyGrids withLongestSide(OptionalInt side) {
    return equals(none()) ? this : new GreedyGrids(side, sides);
  }
}
