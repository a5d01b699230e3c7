package io.nextscale.var.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaleScheduleTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "6|1,2,4,6,10,16",
        "7|1,2,3,5,8,11,16",
        "8|1,2,3,4,6,10,13,16",
        "9|1,2,3,4,5,7,10,13,16",
        "10|1,2,3,4,5,6,8,10,13,16",
        "11|1,2,3,4,5,6,7,9,11,13,16",
        "12|1,2,3,4,5,6,7,8,10,12,14,16",
        "13|1,2,3,4,5,6,7,8,9,10,12,14,16"
      })
  void listsOfThePaperForSide16(int steps, String scales) {
    assertThat(ScaleSchedule.of(16, 16, steps)).isEqualTo(Scales.parse(scales));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2|1,16",
        "3|1,4,16",
        "4|1,3,6,16",
        "5|1,2,4,8,16",
        "14|1,2,3,4,5,6,7,8,9,10,11,12,14,16",
        "15|1,2,3,4,5,6,7,8,9,10,11,12,13,14,16",
        "16|1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16"
      })
  void ourListsForSide16(int steps, String scales) {
    assertThat(ScaleSchedule.of(16, 16, steps)).isEqualTo(Scales.parse(scales));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1|1|1",
        "8|8|1,2,3,4,5,6,8",
        "16|16|1,2,3,4,5,6,8,10,13,16",
        "17|17|1,2,3,4,5,6,8,10,13,16,17",
        "24|24|1,2,3,4,5,6,8,10,13,16,24",
        "25|25|1,2,3,4,5,6,8,10,13,16,20,25",
        "32|32|1,2,3,4,5,6,8,10,13,16,23,32",
        "36|36|1,2,3,4,5,6,8,10,13,16,24,36",
        "48|48|1,2,3,4,5,6,8,10,13,16,23,33,48",
        "16|32|1x2,2x4,3x6,4x8,5x10,6x12,8x16,10x20,13x26,16x32",
        "12|20|1,1x2,2x3,3x5,3x6,4x7,6x10,7x12,9x16,12x20",
        "32|64|1x2,2x4,3x6,4x8,5x10,6x12,8x16,10x20,13x26,16x32,23x46,32x64",
        "1|1024|1x64,1x128,1x192,1x256,1x320,1x384,1x512,1x640,1x832,1x1024"
      })
  void defaultNumberOfSteps(int height, int width, String scales) {
    assertThat(ScaleSchedule.of(height, width)).isEqualTo(Scales.parse(scales));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // above 16: the paper's 512 pixels in 13 + 2; all sides to 16 and more; few steps
        "32|32|15|1,2,3,4,5,6,7,8,9,10,12,14,16,23,32",
        "20|20|18|1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,18,20",
        "18|18|18|1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18",
        "32|32|8|1,2,4,6,10,16,23,32",
        "32|32|7|1,2,3,6,10,18,32",
        "32|32|2|1,32",
        // more steps than the shorter side
        "16|32|20|1,1x3,2x4,3x6,4x8,4x9,5x11,6x12,7x14,8x16,8x17,9x19,10x20,11x22,12x24,12x25,"
            + "13x27,14x28,15x30,16x32",
        "1|18|18|1,1x2,1x3,1x4,1x5,1x6,1x7,1x8,1x9,1x10,1x11,1x12,1x13,1x14,1x15,1x16,1x17,1x18",
        // below 16: sides that coincide grow, shorter ones follow
        "1|1|1|1",
        "2|2|2|1,2",
        "4|4|4|1,2,3,4",
        "8|8|8|1,2,3,4,5,6,7,8",
        "8|8|6|1,2,3,4,5,8",
        "2|6|5|1,1x2,1x3,1x4,2x6",
        "5|7|7|1,1x2,2x3,2x4,3x5,4x6,5x7"
      })
  void givenNumberOfSteps(int height, int width, int steps, String scales) {
    assertThat(ScaleSchedule.of(height, width, steps)).isEqualTo(Scales.parse(scales));
  }

  @ParameterizedTest
  @CsvSource({"16,16", "24,24", "48,48", "16,32", "64,32", "12,20", "1,1024"})
  void theDefaultIsAListLikeAnyOther(int height, int width) {
    Scales scales = ScaleSchedule.of(height, width);
    assertThat(ScaleSchedule.of(height, width, scales.count())).isEqualTo(scales);
  }

  @Test
  void everyNumberOfStepsUpToTheLongerSide() {
    for (int height = 1; height <= 40; height++) {
      for (int width = 1; width <= 40; width++) {
        int longest = Math.max(height, width);
        for (int steps = Math.min(2, longest); steps <= longest; steps++) {
          requireSchedule(height, width, steps);
        }
      }
    }
    int[] sides = {1, 7, 16, 64, 256, 257, 1024};
    for (int height : sides) {
      for (int width : sides) {
        int longest = Math.max(height, width);
        for (int steps = Math.min(2, longest); steps <= Math.min(256, longest); steps += 3) {
          requireSchedule(height, width, steps);
        }
      }
    }
  }

  @Test
  void theDefaultForEverySide() {
    for (int side = 1; side <= 1024; side++) {
      for (int other : new int[] {1, 9, 16, 40, side, 1024}) {
        Scales scales = ScaleSchedule.of(side, other);
        assertThat(scales.last()).isEqualTo(new Scale(side, other));
        assertThat(ScaleSchedule.of(other, side)).isEqualTo(turned(scales));
        int shorter = Math.min(side, other);
        // the factors of 1.5 above 16: 16, 24, 36, 54, 81, ...
        int further =
            (int) Math.ceil(Math.log(Math.max(shorter, 16) / 16.0) / Math.log(1.5) - 1e-9);
        if (shorter >= 16) {
          assertThat(scales.count()).as("steps to %dx%d", side, other).isEqualTo(10 + further);
        } else {
          assertThat(scales.count()).as("steps to %dx%d", side, other).isBetween(1, 10);
        }
      }
    }
  }

  @Test
  void squaresStaySquare() {
    for (int side = 2; side <= 64; side++) {
      for (int steps = 2; steps <= side; steps++) {
        assertThat(ScaleSchedule.of(side, side, steps).list())
            .as("%d steps to %d", steps, side)
            .allMatch(scale -> scale.height() == scale.width());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|4|2|scale 0x4: both sides are 1 to 1024",
        "4|1025|2|scale 4x1025: both sides are 1 to 1024",
        "1|1|0|0 steps to 1x1: expected 1 to 1",
        "1|1|2|2 steps to 1x1: expected 1 to 1",
        "8|5|1|1 steps to 8x5: expected 2 to 8",
        "8|5|9|9 steps to 8x5: expected 2 to 8",
        "8|5|-1|-1 steps to 8x5: expected 2 to 8",
        "3|1024|257|257 steps to 3x1024: expected 2 to 256"
      })
  void namesWhatIsOutOfRange(int height, int width, int steps, String message) {
    assertThatThrownBy(() -> ScaleSchedule.of(height, width, steps))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void theDefaultNamesASideThatIsOutOfRange() {
    assertThatThrownBy(() -> ScaleSchedule.of(0, 16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("scale 0x16: both sides are 1 to 1024");
    assertThatThrownBy(() -> ScaleSchedule.of(16, 1025))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("scale 16x1025: both sides are 1 to 1024");
  }

  /** Requires scales of the given number whose longer side grows, and that turn with the grid. */
  private static void requireSchedule(int height, int width, int steps) {
    Scales scales = ScaleSchedule.of(height, width, steps);
    assertThat(scales.count()).as("%d steps to %dx%d", steps, height, width).isEqualTo(steps);
    assertThat(scales.last()).isEqualTo(new Scale(height, width));
    assertThat(ScaleSchedule.of(width, height, steps)).isEqualTo(turned(scales));
    for (int k = 1; k < steps; k++) {
      assertThat(longer(scales.get(k))).isGreaterThan(longer(scales.get(k - 1)));
    }
  }

  private static int longer(Scale scale) {
    return Math.max(scale.height(), scale.width());
  }

  private static Scales turned(Scales scales) {
    return new Scales(
        scales.list().stream().map(scale -> new Scale(scale.width(), scale.height())).toList());
  }
}
