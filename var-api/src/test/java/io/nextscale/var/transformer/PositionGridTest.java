package io.nextscale.var.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.scale.Scales;
import org.junit.jupiter.api.Test;

class PositionGridTest {
  /** Two channels of a 4x4 grid: value y·10 + x, and its negative. */
  private static PositionGrid grid() {
    float[] values = new float[32];
    for (int i = 0; i < 16; i++) {
      values[i] = i / 4 * 10 + i % 4;
      values[16 + i] = -values[i];
    }
    return new PositionGrid(Tensor.of(values, 1, 2, 4, 4));
  }

  @Test
  void aScaleOfItsOwnSizeHasItAsItIs() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor all = grid().of(Scales.squares(4)).ofScale(0);
      assertThat(all.shape()).containsExactly(1, 16, 2);
      float[] values = all.toFloats();
      for (int i = 0; i < 16; i++) {
        assertThat(values[2 * i]).isEqualTo(i / 4 * 10 + i % 4);
        assertThat(values[2 * i + 1]).isEqualTo(-values[2 * i]);
      }
    }
  }

  /** A token has the mean of the part of the grid that it covers, rows by rows, columns first. */
  @Test
  void otherScalesHaveMeansOfAreas() {
    try (TensorScope scope = TensorScope.open()) {
      Positions.ScalePositions positions = grid().of(Scales.parse("1,2,2x4,3x4"));
      assertThat(positions.table().shape()).containsExactly(1, 1 + 4 + 8 + 12, 2);
      assertThat(channel(positions.ofScale(0))).containsExactly(16.5f);
      assertThat(channel(positions.ofScale(1))).containsExactly(5.5f, 7.5f, 25.5f, 27.5f);
      assertThat(channel(positions.ofScale(2))).containsExactly(5, 6, 7, 8, 25, 26, 27, 28);
      // three rows of four: windows 0 to 1, 1 to 2, 2 to 3
      assertThat(channel(positions.ofScale(3)))
          .containsExactly(5, 6, 7, 8, 15, 16, 17, 18, 25, 26, 27, 28);
    }
  }

  /** Scales beyond the grid repeat it. */
  @Test
  void largerScalesRepeatTheGrid() {
    try (TensorScope scope = TensorScope.open()) {
      float[] values = channel(grid().of(Scales.parse("4x8")).ofScale(0));
      assertThat(values).startsWith(0, 0, 1, 1, 2, 2, 3, 3, 10, 10);
    }
  }

  @Test
  void aTableHasItsOwnScalesOnly() {
    try (TensorScope scope = TensorScope.open()) {
      Scales own = Scales.squares(1, 2);
      PositionTable table = new PositionTable(own, Tensor.of(new float[10], 1, 5, 2));
      assertThat(table.of(own).ofScale(1).shape()).containsExactly(1, 4, 2);
      assertThatThrownBy(() -> table.of(Scales.squares(1, 3)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("scales 1,3: the positions are learned for 1,2");
    }
  }

  private static float[] channel(Tensor positions) {
    return positions.select(2, 0).contiguous().toFloats();
  }
}
