package io.nextscale.train.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LanczosTest {
  @Test
  void sameSizeIsTheSameImage() {
    RgbImage image = RgbImage.fromImage(TestImages.noise(7, 5, 1));

    assertThat(Lanczos.resize(image, 5, 7).levels()).isEqualTo(image.levels());
  }

  @Test
  void rampsStayRamps() {
    byte[] levels = new byte[3 * 64 * 64];
    for (int i = 0; i < 64 * 64; i++) {
      levels[3 * i] = (byte) (4 * (i % 64));
      levels[3 * i + 1] = (byte) (4 * (i / 64));
      levels[3 * i + 2] = 77;
    }

    RgbImage half = Lanczos.resize(new RgbImage(64, 64, levels), 32, 32);

    for (int i = 4; i < 28; i++) {
      int at = 3 * (i * 32 + 32 - i);
      assertThat(half.levels()[at] & 255).isBetween(8 * (32 - i) + 1, 8 * (32 - i) + 3);
      assertThat(half.levels()[at + 1] & 255).isBetween(8 * i + 1, 8 * i + 3);
      assertThat(half.levels()[at + 2]).isEqualTo((byte) 77);
    }
  }

  @Test
  void edgesOvershootAndAreClamped() {
    byte[] levels = new byte[3 * 16];
    java.util.Arrays.fill(levels, 24, 48, (byte) 255);

    byte[] wide = Lanczos.resize(new RgbImage(1, 16, levels), 1, 64).levels();

    assertThat(wide[0]).isZero();
    assertThat(wide[3 * 63] & 255).isEqualTo(255);
    assertThat(wide[3 * 31] & 255).isBetween(64, 127);
    assertThat((wide[3 * 31] & 255) + (wide[3 * 32] & 255)).isBetween(254, 256);
  }
}
