package io.nextscale.var.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.var.scale.Scale;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class GreedyGridsTest {
  private static boolean greedy(GreedyGrids grids, int height, int width) {
    return grids.contains(new Scale(height, width));
  }

  /** QUIRKS.md: above max_pn, or off the list of trained sides. */
  @Test
  void squaresAsInThePublishedCode() {
    List<Integer> sides = List.of(1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 23, 24, 32);
    for (int side = 1; side <= 40; side++) {
      assertThat(greedy(GreedyGrids.published(16), side, side))
          .as("side %d", side)
          .isEqualTo(side > 16 || !sides.contains(side));
      assertThat(greedy(GreedyGrids.published(24), side, side))
          .as("side %d", side)
          .isEqualTo(side > 24 || !sides.contains(side));
      assertThat(greedy(GreedyGrids.published(OptionalInt.empty()), side, side))
          .as("side %d", side)
          .isEqualTo(!sides.contains(side));
    }
  }

  @Test
  void aGridIsGreedyIfEitherSideIs() {
    GreedyGrids grids = GreedyGrids.published(16);
    assertThat(greedy(grids, 8, 13)).isFalse();
    assertThat(greedy(grids, 8, 7)).isTrue();
    assertThat(greedy(grids, 7, 8)).isTrue();
    assertThat(greedy(grids, 8, 23)).isTrue();
    assertThat(greedy(grids, 23, 8)).isTrue();
  }

  @Test
  void withoutARuleNoGridIsGreedy() {
    assertThat(greedy(GreedyGrids.none(), 7, 1000)).isFalse();
    GreedyGrids long9 = new GreedyGrids(OptionalInt.of(9), Optional.empty());
    assertThat(greedy(long9, 7, 9)).isFalse();
    assertThat(greedy(long9, 10, 7)).isTrue();
  }

  @Test
  void anotherLongestSideKeepsTheRest() {
    GreedyGrids grids = GreedyGrids.published(16).withLongestSide(OptionalInt.of(32));
    assertThat(grids).isEqualTo(GreedyGrids.published(32));
    assertThat(GreedyGrids.none().withLongestSide(OptionalInt.of(5))).isEqualTo(GreedyGrids.none());
    GreedyGrids sides = new GreedyGrids(OptionalInt.empty(), Optional.of(List.of(3, 1, 3)));
    assertThat(sides.sides()).contains(List.of(1, 3));
    assertThat(sides).hasToString("above no side, off [1, 3]");
    assertThatThrownBy(() -> GreedyGrids.published(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("max-pn -1");
  }
}
