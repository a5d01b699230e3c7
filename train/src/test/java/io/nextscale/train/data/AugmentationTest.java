package io.nextscale.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class AugmentationTest {
  private static final int SIZE = 12;
  private static final Augmentation ALL = new Augmentation(0.5, Set.of(3), 0.1, 2, 0.15, 0.06);

  private final RgbImage image = RgbImage.fromImage(TestImages.noise(SIZE, SIZE, 1));

  @Test
  void noneIsTheIdentity() {
    assertThat(Augmentation.NONE.apply(image, 0, SIZE, 7)).isEqualTo(plain());
  }

  @Test
  void equalSeedsGiveEqualImages() {
    assertThat(ALL.apply(image, 0, SIZE, 7)).isEqualTo(ALL.apply(image, 0, SIZE, 7));
    assertThat(ALL.apply(image, 0, SIZE, 7)).isNotEqualTo(ALL.apply(image, 0, SIZE, 8));
  }

  @Test
  void valuesStayInRange() {
    Augmentation wild = new Augmentation(1, Set.of(), 0.9, 50, Math.PI, 1);
    for (long seed = 0; seed < 200; seed++) {
      for (float value : wild.apply(image, 0, SIZE, seed)) {
        assertThat(value).isBetween(-1f, 1f);
      }
    }
  }

  @Test
  void flipMirrorsRows() {
    Augmentation always = new Augmentation(1, Set.of(3), 0, 0, 0, 0);
    float[] flipped = always.apply(image, 0, SIZE, 1);
    float[] plain = plain();
    for (int i = 0; i < plain.length; i++) {
      assertThat(flipped[i]).isEqualTo(plain[i / SIZE * SIZE + SIZE - 1 - i % SIZE]);
    }
    assertThat(always.apply(image, 3, SIZE, 1)).isEqualTo(plain);
  }

  @Test
  void flipHasItsProbability() {
    Augmentation some = new Augmentation(0.3, Set.of(), 0, 0, 0, 0);
    int flips = 0;
    for (long seed = 0; seed < 2000; seed++) {
      flips += Arrays.equals(some.apply(image, 0, SIZE, seed), plain()) ? 0 : 1;
    }
    assertThat(flips).isBetween(540, 660);
  }

  @Test
  void whiteComesIn() {
    RgbImage black = new RgbImage(SIZE, SIZE, new byte[3 * SIZE * SIZE]);
    Augmentation shifts = new Augmentation(0, Set.of(), 0, 3, 0, 0);
    boolean whiteLeft = false;
    boolean blackLeft = false;
    for (long seed = 0; seed < 50; seed++) {
      float[] values = shifts.apply(black, 0, SIZE, seed);
      float left = values[SIZE / 2 * SIZE];
      assertThat(values[SIZE / 2 * SIZE + SIZE / 2]).isEqualTo(-1f);
      whiteLeft |= left == 1f;
      blackLeft |= left == -1f;
    }
    assertThat(whiteLeft && blackLeft).isTrue();
  }

  @Test
  void rotationOfColoursKeepsGreyAndBrightness() {
    Augmentation hues = new Augmentation(0, Set.of(), 0, 0, 0.5, 0);
    byte[] levels = {100, 100, 100, 120, 100, 80, 100, 120, 80, 80, 100, 120};
    float[] plain = Augmentation.NONE.apply(new RgbImage(2, 2, levels), 0, 2, 1);
    float[] turned = hues.apply(new RgbImage(2, 2, levels), 0, 2, 1);

    assertThat(turned[0]).isEqualTo(plain[0], Offset.offset(1e-5f));
    assertThat(Math.abs(turned[1] - plain[1])).isGreaterThan(1e-3f);
    for (int i = 0; i < 4; i++) {
      assertThat(turned[i] + turned[4 + i] + turned[8 + i])
          .isEqualTo(plain[i] + plain[4 + i] + plain[8 + i], Offset.offset(1e-5f));
    }
  }

  @Test
  void contrastKeepsWhite() {
    RgbImage pair = new RgbImage(1, 1, new byte[] {-1, -1, 0});
    Augmentation contrasts = new Augmentation(0, Set.of(), 0, 0, 0, 0.5);
    Set<Float> blues = new HashSet<>();
    for (long seed = 0; seed < 20; seed++) {
      float[] values = contrasts.apply(pair, 0, 1, seed);
      assertThat(values[0]).isEqualTo(1f);
      blues.add(values[2]);
    }
    assertThat(blues).hasSizeGreaterThan(5).allMatch(blue -> blue >= -1 && blue <= 0);
  }

  @Test
  void largerImagesAreCutAnywhere() {
    Set<Float> corners = new HashSet<>();
    for (long seed = 0; seed < 400; seed++) {
      corners.add(Augmentation.NONE.apply(image, 0, SIZE - 2, seed)[0]);
    }
    Set<Float> expected = new HashSet<>();
    for (int i = 0; i < 9; i++) {
      expected.add(plain()[i / 3 * SIZE + i % 3]);
    }
    assertThat(corners).isEqualTo(expected);
  }

  @Test
  void argumentsAreChecked() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Augmentation(1.5, Set.of(), 0, 0, 0, 0))
        .withMessageContaining("flip is 1.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Augmentation(0, Set.of(), 1, 0, 0, 0))
        .withMessageContaining("scale");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Augmentation(0, Set.of(), 0, -1, 0, 0))
        .withMessageContaining("shift");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Augmentation(0, Set.of(), 0, 0, Double.NaN, 0))
        .withMessageContaining("hue");
    assertThatIllegalArgumentException().isThrownBy(() -> ALL.apply(image, 0, SIZE + 1, 0));
  }

  private float[] plain() {
    float[] values = new float[3 * SIZE * SIZE];
    for (int i = 0; i < SIZE * SIZE; i++) {
      for (int c = 0; c < 3; c++) {
        values[c * SIZE * SIZE + i] = (image.levels()[3 * i + c] & 255) / 127.5f - 1;
      }
    }
    return values;
  }
}
