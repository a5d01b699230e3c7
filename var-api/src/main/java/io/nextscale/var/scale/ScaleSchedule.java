package io.nextscale.var.scale;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Picks the scales of an image for a model that takes any scales and was trained from 1x1 up to
 * 16x16 (FlexVAR, arXiv 2502.20313). All sides are in tokens; the scales of a transposed grid are
 * the transposed scales.
 *
 * <p>From the paper: the lists of 6 to 13 steps for side 16 (Table 8), 10 steps being the default;
 * side 24 (384 pixels) appends 24, side 32 (512 pixels) appends 23 and 32; for other aspect ratios
 * each side i of a list becomes floor(height·i/16) x floor(width·i/16).
 *
 * <p>Ours:
 *
 * <ul>
 *   <li>Side 16 in 14 to 16 steps: the missing sides are inserted, the smallest first.
 *   <li>Side s above 16: a list for 16, then the fewest sides, e, that grow by a factor of at most
 *       1.5 each, spaced geometrically; by default 10 + e steps. More than 16 + e steps: all sides
 *       to 16, then the rest of the steps.
 *   <li>Fewer than 6 + e steps: spaced geometrically from 1 to s.
 *   <li>Another height x width: the list is the one for side r = max(16, min(height, width),
 *       steps), where steps counts only if it is given, and r takes the place of the paper's 16; no
 *       side goes below 1.
 *   <li>Spaced sides are rounded; one that is not above the side before it is raised to 1 more.
 *   <li>Scales that coincide, where both sides are below 16: by default one of them is kept. If the
 *       number of steps is given, the longer sides are raised in the same way; where that changed
 *       one, the shorter side is floor(shorter·side/longer), unless it is already larger.
 * </ul>
 */
public final class ScaleSchedule {
  private static final int TRAINED_SIDE = 16;
  private static final int DEFAULT_STEPS = 10;
  private static final int FEWEST_LISTED = 6;
  private static final int MOST_STEPS = 256;

  /** Sides up to 16 in 6 to 16 steps: up to 13 steps as in Table 8, then ours. */
  private static final int[][] LISTS = {
    {1, 2, 4, 6, 10, 16},
    {1, 2, 3, 5, 8, 11, 16},
    {1, 2, 3, 4, 6, 10, 13, 16},
    {1, 2, 3, 4, 5, 7, 10, 13, 16},
    {1, 2, 3, 4, 5, 6, 8, 10, 13, 16},
    {1, 2, 3, 4, 5, 6, 7, 9, 11, 13, 16},
    {1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16},
    {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16},
    {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16},
    {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16},
    {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
  };

  private ScaleSchedule() {}

  /**
   * Picks the scales in the default number of steps: at most 10 if a side is 16 or less, else 11 to
   * 21.
   *
   * @param height rows of tokens of the last scale, 1 to 1024
   * @param width columns of tokens of the last scale, 1 to 1024
   * @throws IllegalArgumentException if a side is out of range
   */
  public static Scales of(int height, int width) {
    Scale last = new Scale(height, width);
    int r = Math.max(TRAINED_SIDE, Math.min(height, width));
    return new Scales(
        Arrays.stream(sides(r, DEFAULT_STEPS + further(r)))
            .mapToObj(i -> new Scale(part(last.height(), i, r), part(last.width(), i, r)))
            .distinct()
            .toList());
  }

  /**
   * Picks the scales in a given number of steps.
   *
   * @param height rows of tokens of the last scale, 1 to 1024
   * @param width columns of tokens of the last scale, 1 to 1024
   * @param steps number of scales: 1 for 1x1, else 2 to the longer side, at most 256
   * @throws IllegalArgumentException if a side or the number of steps is out of range
   */
  public static Scales of(int height, int width, int steps) {
    Scale last = new Scale(height, width);
    int longest = Math.max(height, width);
    int shortest = Math.min(height, width);
    int fewest = Math.min(2, longest);
    int most = Math.min(MOST_STEPS, longest);
    if (steps < fewest || steps > most) {
      throw new IllegalArgumentException(
          "%s steps to %sx%s: expected %s to %s".formatted(steps, height, width, fewest, most));
    }
    if (steps == 1) {
      return new Scales(List.of(last));
    }
    int r = Math.max(TRAINED_SIDE, Math.max(shortest, steps));
    int[] list = sides(r, steps);
    int[] asListed = Arrays.stream(list).map(i -> part(longest, i, r)).toArray();
    int[] longer = growing(asListed);
    List<Scale> scales = new ArrayList<>();
    int shorter = 1;
    for (int k = 0; k < steps; k++) {
      int proportional =
          longer[k] == asListed[k]
              ? part(shortest, list[k], r)
              : part(shortest, longer[k], longest);
      shorter = Math.max(shorter, proportional);
      scales.add(height < width ? new Scale(shorter, longer[k]) : new Scale(longer[k], shorter));
    }
    return new Scales(scales);
  }

  /** Lists the sides for a square: side 16 or more, 2 to {@code side} steps. */
  private static int[] sides(int side, int steps) {
    int further = Math.max(further(side), steps - TRAINED_SIDE);
    int listed = steps - further;
    int[] head = listed < FEWEST_LISTED ? new int[] {1} : LISTS[listed - FEWEST_LISTED];
    IntStream tail = geometric(head[head.length - 1], side, steps - head.length);
    return growing(IntStream.concat(Arrays.stream(head), tail).toArray());
  }

  /** Number of sides after 16: the smallest e with side / 16 at most 1.5 to the power of e. */
  private static int further(int side) {
    int further = 0;
    for (double reached = TRAINED_SIDE; reached < side; reached *= 1.5) {
      further++;
    }
    return further;
  }

  /** Sides that lead from {@code from} to {@code to} in {@code count} equal factors, rounded. */
  private static IntStream geometric(int from, int to, int count) {
    double ratio = (double) to / from;
    return IntStream.rangeClosed(1, count)
        .map(k -> (int) Math.round(from * Math.pow(ratio, (double) k / count)));
  }

  /** Raises each side to at least 1 more than the one before; the lists leave room for that. */
  private static int[] growing(int[] sides) {
    int[] result = sides.clone();
    for (int k = 1; k < result.length; k++) {
      result[k] = Math.max(result[k], result[k - 1] + 1);
    }
    return result;
  }

  /** Computes floor(whole·i/r), at least 1. */
  private static int part(int whole, int i, int r) {
    return Math.max(1, (int) ((long) whole * i / r));
  }
}
