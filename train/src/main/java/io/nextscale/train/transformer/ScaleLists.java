package io.nextscale.train.transformer;

import io.nextscale.var.scale.Scales;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * The lists of scales that a FlexVAR transformer sees in training ({@code gen_curr_patch_nums} in
 * {@code trainer.py} at 04462cb): now and then the standard ones, else 1, 2, some of the sides
 * between and the last; sometimes a few less. Between 2 and the last side, five eighths of the
 * lower ones are taken and two fifths of the upper ones, as for the official 16, whose lower ones
 * reach to 10.
 *
 * @param standard squares; the last is the largest side
 * @param cap most tokens of a list
 */
public record ScaleLists(Scales standard, int cap) {
  private static final double STANDARD = 0.05;
  private static final double[] DROPS = {0.9, 0.95, 0.98, 0.99};
  private static final int LAST_ONES = 4;
  private static final int FIRST_FREE = 3;

  /** Checks that no component is null. */
  public ScaleLists {
    Objects.requireNonNull(standard, "standard");
  }

  /** Draws a list. */
  public Scales draw(SplittableRandom random) {
    List<Integer> sides = random.nextDouble() < STANDARD ? standardSides() : between(random);
    double drop = random.nextDouble();
    for (double threshold : DROPS) {
      if (drop > threshold && sides.size() > FIRST_FREE) {
        sides.remove(random.nextInt(2, sides.size() - 1));
      }
    }
    while (tokens(sides) > cap) {
      sides.remove(random.nextInt(Math.max(sides.size() - LAST_ONES, 1), sides.size()));
    }
    return Scales.squares(sides.stream().mapToInt(i -> i).toArray());
  }

  private List<Integer> standardSides() {
    return new ArrayList<>(standard.list().stream().map(scale -> scale.height()).toList());
  }

  private List<Integer> between(SplittableRandom random) {
    int last = standard.last().height();
    int middle = Math.max(last * 10 / 16, 2);
    List<Integer> sides = new ArrayList<>();
    for (int side = 1; side <= Math.min(2, last - 1); side++) {
      sides.add(side);
    }
    sides.addAll(some(FIRST_FREE, middle, 5.0 / 8, random));
    sides.addAll(some(middle + 1, last - 1, 2.0 / 5, random));
    sides.add(last);
    return sides;
  }

  /** A share of the sides {@code from} to {@code to}, in order. */
  private static List<Integer> some(int from, int to, double share, SplittableRandom random) {
    List<Integer> sides = new ArrayList<>();
    for (int side = from; side <= to; side++) {
      sides.add(side);
    }
    long taken = Math.round(share * sides.size());
    while (sides.size() > taken) {
      sides.remove(random.nextInt(sides.size()));
    }
    return sides;
  }

  private static int tokens(List<Integer> sides) {
    return sides.stream().mapToInt(side -> side * side).sum();
  }
}
