package io.nextscale.var.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import org.junit.jupiter.api.Test;

class BicubicTest {
  @Test
  void interpolatesAsTorchDoes() {
    BufferedImage image = gray(3, 2, 0, 100, 255, 30, 60, 90);

    BufferedImage enlarged = Bicubic.enlarge(image, 6, 4);

    assertThat(levels(enlarged))
        .containsExactly(
            0, 15, 62, 154, 238, 255, //
            0, 21, 59, 129, 192, 231, //
            18, 32, 53, 87, 116, 134, //
            31, 38, 49, 62, 70, 74);
  }

  @Test
  void onePixelBecomesAnArea() {
    BufferedImage enlarged = Bicubic.enlarge(TestImages.filled(1, 1, 0x123456), 3, 5);
    assertThat(PixelArray.fromImage(enlarged))
        .isEqualTo(PixelArray.fromImage(TestImages.filled(3, 5, 0x123456)));
  }

  @Test
  void equalSizeIsTheSameImage() {
    BufferedImage image = TestImages.gradient(5, 4);
    assertThat(Bicubic.enlarge(image, 5, 4)).isSameAs(image);
  }

  private static BufferedImage gray(int width, int height, int... levels) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < levels.length; i++) {
      image.setRGB(i % width, i / width, levels[i] * 0x010101);
    }
    return image;
  }

  private static int[] levels(BufferedImage image) {
    int[] pixels = FlatRgb.of(image, FlatRgb.WHITE);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] &= 255;
    }
    return pixels;
  }
}
