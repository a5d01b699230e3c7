package io.nextscale.var.mixer;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.var.config.ScanOrder;
import io.nextscale.var.scale.Scale;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Zigzag paths on grids that are not square, of which there is no official data. */
class ScanPathTest {
  private static long[] path(int block, Scale... scales) {
    return ScanPath.of(ScanOrder.ZIGZAG, block).order(List.of(scales));
  }

  @Test
  void followsTheRuleAlongEachAxis() {
    Scale grid = new Scale(2, 3); // 0 1 2 over 3 4 5
    assertThat(path(0, grid)).containsExactly(0, 1, 2, 5, 4, 3);
    assertThat(path(1, grid)).containsExactly(0, 3, 4, 1, 2, 5);
    assertThat(path(2, grid)).containsExactly(2, 1, 0, 3, 4, 5);
    assertThat(path(3, grid)).containsExactly(2, 5, 4, 1, 0, 3);
    assertThat(path(4, grid)).containsExactly(3, 4, 5, 2, 1, 0);
    assertThat(path(5, grid)).containsExactly(3, 0, 1, 4, 5, 2);
    assertThat(path(6, grid)).containsExactly(5, 4, 3, 0, 1, 2);
    assertThat(path(7, grid)).containsExactly(5, 2, 1, 4, 3, 0);
    assertThat(path(8, grid)).containsExactly(path(0, grid));
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 7", "6, 1", "4, 5", "9, 3"})
  void visitsEachTokenOnceAndItsNeighbourNext(int height, int width) {
    Scale grid = new Scale(height, width);
    Set<List<Long>> different = new HashSet<>();
    for (int block = 0; block < ScanPath.PATHS; block++) {
      long[] order = path(block, grid);
      different.add(Arrays.stream(order).boxed().toList());
      assertThat(LongStream.of(order).sorted().toArray())
          .containsExactly(LongStream.range(0, grid.tokens()).toArray());
      for (int i = 1; i < order.length; i++) {
        long rows = Math.abs(order[i] / width - order[i - 1] / width);
        long columns = Math.abs(order[i] % width - order[i - 1] % width);
        assertThat(rows + columns).isEqualTo(1);
      }
      long[] inverse = ScanPath.inverse(order);
      for (int i = 0; i < order.length; i++) {
        assertThat(inverse[(int) order[i]]).isEqualTo(i);
      }
    }
    assertThat(different).hasSize(grid.tokens() == 1 ? 1 : Math.min(height, width) == 1 ? 2 : 8);
  }

  @Test
  void scalesFollowEachOther() {
    assertThat(path(6, new Scale(1, 1), new Scale(1, 2), new Scale(2, 2)))
        .containsExactly(0, 2, 1, 6, 5, 3, 4);
    assertThat(ScanPath.of(ScanOrder.RASTER, 3).order(List.of(new Scale(2, 2)))).isEmpty();
  }
}
