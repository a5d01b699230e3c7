package io.nextscale.train.tokenizer;

import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** The scales that a step of a FlexVAR tokenizer compares: the finest and random smaller ones. */
final class ComparedScales {
  private ComparedScales() {}

  /**
   * Draws squares of distinct sides.
   *
   * @param finest side of the last one
   * @param count number of squares, at most {@code finest}
   */
  static Scales draw(int finest, int count, SplittableRandom random) {
    TreeSet<Integer> sides = new TreeSet<>(List.of(finest));
    while (sides.size() < Math.min(count, finest)) {
      sides.add(random.nextInt(1, finest));
    }
    return new Scales(sides.stream().map(side -> new Scale(side, side)).toList());
  }
}
