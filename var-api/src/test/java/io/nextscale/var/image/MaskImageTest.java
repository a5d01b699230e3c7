package io.nextscale.var.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.nextscale.var.scale.ImageSize;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskImageTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "FFFFFFFF, true",
    "FF000000, false",
    "FF808080, true",
    "FF7F7F7F, false",
    "FF00FF00, true",
    "FFFF0000, false",
    "FF0000FF, false",
    "FFFFFF00, true",
    "00FFFFFF, false",
    "80FFFFFF, true",
    "7FFFFFFF, false"
  })
  void brightPixelsAreTrueAndTransparencyIsBlack(String argb, boolean expected) {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, Integer.parseUnsignedInt(argb, 16));

    assertThat(MaskImage.of("m", image).get(0, 0)).isEqualTo(expected);
  }

  @Test
  void grayThresholdIsHalfOfTheStoredLevel() {
    BufferedImage image = new BufferedImage(256, 1, BufferedImage.TYPE_BYTE_GRAY);
    for (int level = 0; level < 256; level++) {
      image.getRaster().setSample(level, 0, 0, level);
    }

    MaskImage mask = MaskImage.of("m", image);

    for (int level = 0; level < 256; level++) {
      assertThat(mask.get(0, level)).isEqualTo(level >= 128);
    }
  }

  @Test
  void aFileIsReadRowByRow() {
    BufferedImage image = new BufferedImage(5, 3, BufferedImage.TYPE_BYTE_BINARY);
    image.setRGB(4, 1, 0xFFFFFFFF);
    Path file = folder.resolve("m.png");
    PngFile.write(file, image, Map.of());

    MaskImage mask = MaskImage.read(file);

    assertThat(mask.width()).isEqualTo(5);
    assertThat(mask.height()).isEqualTo(3);
    for (int y = 0; y < 3; y++) {
      for (int x = 0; x < 5; x++) {
        assertThat(mask.get(y, x)).isEqualTo(y == 1 && x == 4);
      }
    }
  }

  @Test
  void sizesMustBeEqual() {
    MaskImage mask = MaskImage.of("m.png", TestImages.filled(100, 80, 0));

    mask.requireSize(new ImageSize(80, 100));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> mask.requireSize(new ImageSize(256, 100)))
        .withMessage(
            "mask m.png is 80x100, the image is 256x100: they must be equal (height x width)");
  }

  @Test
  void positionsOutsideAreRefused() {
    MaskImage mask = MaskImage.of("m.png", TestImages.filled(2, 3, 0));

    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> mask.get(0, 2));
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> mask.get(3, 0));
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> mask.get(-1, 0));
  }
}
