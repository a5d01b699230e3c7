package io.nextscale.train.tokenizer;

import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** Which scales a step of a FlexVAR tokenizer compares: the finest and some at random below it. */
final class ComparedScales {
  private ComparedScales() {}

  /**
   * Squares of distinct sides.
   *
   * @param finest side of the last one
   * @param count how many, fewer if there are not as many
   */
  static Scales draw(int finest, int count, SplittableRandom random) {
    TreeSet<Integer> sides = new TreeSet<>(List.of(finest));
    while (sides.size() < Math.min(count, finest)) {
      sides.add(random.nextInt(1, finest));
    }
    return new Scales(sides.stream().map(side -> new Scale(side, side)).toList());
  }
}
