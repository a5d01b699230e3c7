package io.nextscale.train.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ComparedScalesTest {
  private static List<Integer> sides(Scales scales) {
    assertThat(scales.list()).allMatch(scale -> scale.height() == scale.width());
    return scales.list().stream().map(Scale::height).toList();
  }

  @Test
  void theFinestIsAlwaysComparedAndTheOthersLieBelow() {
    int[] drawn = new int[9];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 7000; i++) {
      List<Integer> sides = sides(ComparedScales.draw(8, 3, random));
      assertThat(sides).hasSize(3).doesNotHaveDuplicates().isSorted().endsWith(8);
      sides.forEach(side -> drawn[side]++);
    }
    assertThat(drawn[8]).isEqualTo(7000);
    for (int side = 1; side < 8; side++) { // two of seven: 2000, deviation 38
      assertThat(drawn[side]).as("side " + side).isBetween(1800, 2200);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void noMoreThanThereAreCanBeCompared(int finest) {
    List<Integer> sides = sides(ComparedScales.draw(finest, 100, new SplittableRandom(2)));
    assertThat(sides).hasSize(finest).startsWith(1).endsWith(finest);
  }

  @Test
  void oneIsTheFinestAlone() {
    assertThat(sides(ComparedScales.draw(16, 1, new SplittableRandom(2)))).containsExactly(16);
  }

  @Test
  void theRandomNumbersFixThem() {
    for (long seed = 0; seed < 20; seed++) {
      assertThat(ComparedScales.draw(16, 4, new SplittableRandom(seed)))
          .isEqualTo(ComparedScales.draw(16, 4, new SplittableRandom(seed)));
    }
  }
}
