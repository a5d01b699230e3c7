package io.nextscale.var.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.var.scale.ImageSize;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PixelArrayResizeTest {
  @Test
  void interpolatesAsTorchDoes() {
    BufferedImage image = gray(3, 2, 0, 100, 255, 30, 60, 90);

    BufferedImage enlarged = enlarged(image, 4, 6);

    assertThat(levels(enlarged))
        .containsExactly(
            0, 15, 62, 154, 238, 255, //
            0, 21, 59, 129, 192, 231, //
            18, 32, 53, 87, 116, 134, //
            31, 38, 49, 62, 70, 74);
  }

  @Test
  void onePixelBecomesAnArea() {
    BufferedImage enlarged = enlarged(TestImages.filled(1, 1, 0x123456), 5, 3);
    assertThat(PixelArray.fromImage(enlarged))
        .isEqualTo(PixelArray.fromImage(TestImages.filled(3, 5, 0x123456)));
  }

  @Test
  void equalSizeIsTheSameImage() {
    PixelArray image = PixelArray.fromImage(TestImages.gradient(5, 4));
    assertThat(image.resizeBicubic(new ImageSize(4, 5))).isSameAs(image);
    assertThat(image.resizeByArea(new ImageSize(4, 5))).isSameAs(image);
  }

  @Test
  void areasAreMeans() {
    float[] values = new float[3 * 2 * 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / 18f;
    }
    PixelArray resized = PixelArray.of(2, 3, values).resizeByArea(new ImageSize(1, 2));
    // windows of two columns overlap in the middle one
    float[] expected = {2 / 18f, 3 / 18f, 8 / 18f, 9 / 18f, 14 / 18f, 15 / 18f};
    assertThat(resized.values()).containsExactly(expected, within(1e-6f));
  }

  @Test
  void psnrOfAConstantError() {
    float[] fifth = new float[12];
    Arrays.fill(fifth, 0.2f);
    PixelArray black = PixelArray.of(2, 2, new float[12]);
    assertThat(black.psnr(PixelArray.of(2, 2, fifth))).isCloseTo(20, within(1e-5));
    assertThat(black.psnr(black)).isInfinite();
    assertThatThrownBy(() -> black.psnr(PixelArray.of(1, 4, fifth)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2x2 and 1x4");
  }

  private static BufferedImage enlarged(BufferedImage image, int height, int width) {
    return PixelArray.fromImage(image).resizeBicubic(new ImageSize(height, width)).toImage();
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
