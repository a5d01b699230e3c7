package io.nextscale.var.edit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.math.BigInteger;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EditMaskTest {
  private static String image(boolean[] keep, int width) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < keep.length; i++) {
      text.append(keep[i] ? '#' : '.').append(i % width == width - 1 ? "\n" : "");
    }
    return text.toString();
  }

  private static boolean[] at(EditMask mask, int side) {
    return at(mask, new Scale(side, side));
  }

  private static boolean[] at(EditMask mask, Scale scale) {
    return mask.at(new Scales(List.of(scale)), 0);
  }

  @Test
  void keepsABoxOrEverythingElse() {
    Scale grid = new Scale(4, 4);
    assertThat(image(at(EditMask.box(grid, .25, 0, .75, .5, true), 4), 4))
        .isEqualTo("....\n##..\n##..\n....\n");
    assertThat(image(at(EditMask.box(grid, .25, 0, .75, .5, false), 4), 4))
        .isEqualTo("####\n..##\n..##\n####\n");
    assertThat(at(EditMask.box(grid, 0, 0, 1, 1, true), 4)).containsOnly(true);
  }

  @Test
  void aGridWithoutItsEntriesIsRefused() {
    assertThatThrownBy(() -> new EditMask(1 << 16, 1 << 16, new boolean[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("a mask of 0 entries for 65536x65536");
  }

  /** Fractions of the height go down, of the width across. */
  @Test
  void aBoxOnAGridThatIsNotSquare() {
    Scale wide = new Scale(2, 8);
    assertThat(image(at(EditMask.box(wide, 0, .25, .5, .75, true), wide), 8))
        .isEqualTo("..####..\n........\n");
    Scale tall = new Scale(4, 2);
    assertThat(image(at(EditMask.box(tall, .25, .5, 1, 1, false), tall), 2))
        .isEqualTo("##\n#.\n#.\n#.\n");
  }

  @Test
  void halvesAreRoundedToEven() {
    Scale grid = new Scale(5, 5);
    // 0.1·5 = 0.5 → 0, 0.3·5 = 1.5 → 2, 0.5·5 = 2.5 → 2, 0.7·5 = 3.5 → 4
    assertThat(image(at(EditMask.box(grid, .1, .3, .5, .7, true), 5), 5))
        .isEqualTo("..##.\n..##.\n.....\n.....\n.....\n");
  }

  @Test
  void refusesFractionsThatAreNoBox() {
    Scale grid = new Scale(4, 4);
    double[][] wrong = {
      {.5, 0, .5, 1}, {0, .6, 1, .5}, {-.1, 0, 1, 1}, {0, 0, 1.01, 1}, {0, Double.NaN, 1, 1}
    };
    for (double[] b : wrong) {
      assertThatThrownBy(() -> EditMask.box(grid, b[0], b[1], b[2], b[3], true))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("0 <= y0 < y1 <= 1");
    }
    assertThatThrownBy(() -> new EditMask(2, 3, new boolean[5]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("5 entries for 2x3");
  }

  /** 16 → 6 with the box ¼ to ¾: eight values equal one half (QUIRKS.md). */
  @Test
  void tiesAreNotKept() {
    Scale grid = new Scale(16, 16);
    EditMask inside = EditMask.box(grid, .25, .25, .75, .75, true);
    EditMask outside = EditMask.box(grid, .25, .25, .75, .75, false);
    boolean[] in = at(inside, 6);
    boolean[] out = at(outside, 6);
    int ties = 0;
    for (int i = 0; i < in.length; i++) {
      assertThat(in[i] && out[i]).isFalse();
      ties += !in[i] && !out[i] ? 1 : 0;
    }
    assertThat(ties).isEqualTo(8);
    assertThat(image(in, 6)).isEqualTo("......\n......\n..##..\n..##..\n......\n......\n");
  }

  @Test
  void theSmallestScalesAreKeptWhole() {
    EditMask nothing = new EditMask(4, 4, new boolean[16]);
    assertThat(at(nothing, new Scale(1, 1))).containsExactly(true);
    assertThat(at(nothing, new Scale(1, 3))).containsOnly(true);
    assertThat(at(nothing, new Scale(2, 2))).containsOnly(false);
  }

  @Test
  void allScalesFollowEachOther() {
    Scales scales = Scales.squares(1, 2, 4);
    boolean[] all = EditMask.box(scales.last(), 0, 0, .5, 1, true).atAll(scales);
    assertThat(image(all, 21)).isEqualTo("###..########........\n");
  }

  /** Against bilinear weights in fractions, on masks of any shape. */
  @Test
  void resizesWithoutRounding() {
    SplittableRandom random = new SplittableRandom(7);
    for (int trial = 0; trial < 300; trial++) {
      int height = random.nextInt(1, 20);
      int width = random.nextInt(1, 20);
      boolean[] keep = new boolean[height * width];
      for (int i = 0; i < keep.length; i++) {
        keep[i] = random.nextBoolean();
      }
      Scale scale = new Scale(random.nextInt(2, 24), random.nextInt(2, 24));
      boolean[] actual = at(new EditMask(height, width, keep), scale);
      for (int i = 0; i < actual.length; i++) {
        int y = i / scale.width();
        int x = i % scale.width();
        assertThat(actual[i])
            .as("%dx%d to %s at %d,%d", height, width, scale, y, x)
            .isEqualTo(aboveHalf(keep, height, width, scale, y, x));
      }
    }
  }

  /** Sum of keep·wy·wx > ½ with w = hat function of the distance, all in units of 1/(2·out). */
  private static boolean aboveHalf(
      boolean[] keep, int height, int width, Scale scale, int y, int x) {
    BigInteger sum = BigInteger.ZERO;
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        if (keep[row * width + column]) {
          long weight = hat(y, scale.height(), height, row) * hat(x, scale.width(), width, column);
          sum = sum.add(BigInteger.valueOf(weight));
        }
      }
    }
    BigInteger one = BigInteger.valueOf(4L * scale.height() * scale.width());
    return sum.shiftLeft(1).compareTo(one) > 0;
  }

  private static long hat(int index, int out, int in, int tap) {
    long unit = 2L * out;
    // source position times the unit, clamped to the image
    long source = Math.clamp((2L * index + 1) * in - out, 0, unit * (in - 1));
    return Math.max(unit - Math.abs(source - unit * tap), 0);
  }
}
