package io.nextscale.var.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageSizeTest {
  @Test
  void readsHeightByWidthOrASide() {
    assertThat(ImageSize.parse("256x512")).isEqualTo(new ImageSize(256, 512));
    assertThat(ImageSize.parse(" 384 ")).isEqualTo(new ImageSize(384, 384));
    assertThat(new ImageSize(256, 512)).hasToString("256x512");
    assertThat(ImageSize.parse("65536x1").height()).isEqualTo(65536);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "256x", "x256", "256*512", "-16", "1.5", "256x512x3", "123456"})
  void refusesAnythingElse(String text) {
    assertThatThrownBy(() -> ImageSize.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("image size \"" + text + "\": expected height x width");
  }

  @ParameterizedTest
  @CsvSource({"0,16", "16,0", "-1,16", "65537,16", "16,65537"})
  void sidesHaveLimits(int height, int width) {
    assertThatThrownBy(() -> new ImageSize(height, width))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(height + "x" + width + ": both sides are 1 to 65536");
  }

  @Test
  void isTheSizeOfAGrid() {
    assertThat(new ImageSize(256, 512).grid(16)).isEqualTo(new Scale(16, 32));
    assertThat(ImageSize.of(new Scale(3, 5), 4)).isEqualTo(new ImageSize(12, 20));
  }

  /** Halves go up; no side becomes 0. */
  @ParameterizedTest
  @CsvSource({"255x256,256x256", "250x500,256x496", "1x1,16x16", "264x263,272x256", "16x7,16x16"})
  void namesTheNearestSizeThatFits(String given, String nearest) {
    assertThatThrownBy(() -> ImageSize.parse(given).grid(16))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "image size %s: height and width must be multiples of 16 pixels, the nearest is %s",
            given, nearest);
  }
}
