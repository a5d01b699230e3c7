package io.nextscale.var.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PixelArrayTest {
  @Test
  void all256LevelsSurviveTheRoundTripInEachChannel() {
    BufferedImage image = new BufferedImage(256, 3, BufferedImage.TYPE_INT_RGB);
    for (int level = 0; level < 256; level++) {
      for (int channel = 0; channel < 3; channel++) {
        image.setRGB(level, channel, level << 8 * (2 - channel));
      }
    }

    PixelArray pixels = PixelArray.fromImage(image);

    assertThat(pixels.height()).isEqualTo(3);
    assertThat(pixels.width()).isEqualTo(256);
    assertThat(rgb(pixels.toImage())).isEqualTo(rgb(image));
  }

  @Test
  void levelsBecomeTheFloatsThatTorchvisionComputes() {
    BufferedImage image = new BufferedImage(256, 1, BufferedImage.TYPE_INT_RGB);
    for (int level = 0; level < 256; level++) {
      image.setRGB(level, 0, level << 16);
    }

    float[] values = PixelArray.fromImage(image).values();

    assertThat(values).hasSize(3 * 256);
    for (int level = 0; level < 256; level++) {
      float unit = level / 255f;
      assertThat(values[level]).isEqualTo(unit * 2f - 1f);
      assertThat(values[256 + level]).isEqualTo(-1f);
    }
    assertThat(values[0]).isEqualTo(-1f);
    assertThat(values[255]).isEqualTo(1f);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_INT_ARGB,
        BufferedImage.TYPE_INT_ARGB_PRE,
        BufferedImage.TYPE_4BYTE_ABGR,
        BufferedImage.TYPE_4BYTE_ABGR_PRE
      })
  void alphaIsCompositedOverWhite(int type) {
    BufferedImage image = new BufferedImage(3, 1, type);
    image.setRGB(0, 0, 0xFF204060);
    image.setRGB(1, 0, 0x00000000);
    image.setRGB(2, 0, 0x80000000);

    assertThat(rgb(PixelArray.fromImage(image).toImage()))
        .containsExactly(0x204060, 0xFFFFFF, 0x7F7F7F);
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        BufferedImage.TYPE_INT_RGB,
        BufferedImage.TYPE_INT_BGR,
        BufferedImage.TYPE_3BYTE_BGR,
        BufferedImage.TYPE_INT_ARGB,
        BufferedImage.TYPE_4BYTE_ABGR
      })
  void channelOrderIsThatOfTheColourNotOfTheMemory(int type) {
    BufferedImage image = new BufferedImage(1, 1, type);
    image.setRGB(0, 0, 0xFFFF8000);

    assertThat(PixelArray.fromImage(image).values()).containsExactly(1f, 128 / 255f * 2f - 1f, -1f);
  }

  @Test
  void grayLevelsAreTakenAsTheyAreStored() {
    BufferedImage image = new BufferedImage(256, 1, BufferedImage.TYPE_BYTE_GRAY);
    for (int level = 0; level < 256; level++) {
      image.getRaster().setSample(level, 0, 0, level);
    }

    int[] converted = rgb(PixelArray.fromImage(image).toImage());

    for (int level = 0; level < 256; level++) {
      assertThat(converted[level]).isEqualTo(level * 0x010101);
    }
  }

  @Test
  void grayWithAlphaIsCompositedOverWhite() {
    ComponentColorModel colors =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_GRAY),
            true,
            false,
            ComponentColorModel.TRANSLUCENT,
            DataBuffer.TYPE_BYTE);
    WritableRaster raster = colors.createCompatibleWritableRaster(2, 1);
    raster.setPixel(0, 0, new int[] {100, 255});
    raster.setPixel(1, 0, new int[] {100, 0});

    int[] converted =
        rgb(PixelArray.fromImage(new BufferedImage(colors, raster, false, null)).toImage());

    assertThat(converted).containsExactly(0x646464, 0xFFFFFF);
  }

  @Test
  void sixteenBitGrayIsRoundedToEight() {
    BufferedImage image = new BufferedImage(4, 1, BufferedImage.TYPE_USHORT_GRAY);
    int[] samples = {0, 128 * 257 + 100, 128 * 257 - 100, 65_535};
    for (int x = 0; x < samples.length; x++) {
      image.getRaster().setSample(x, 0, 0, samples[x]);
    }

    assertThat(rgb(PixelArray.fromImage(image).toImage()))
        .containsExactly(0, 0x808080, 0x808080, 0xFFFFFF);
  }

  @Test
  void sixteenBitColourIsRoundedToEight() {
    ComponentColorModel colors =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB),
            false,
            false,
            ComponentColorModel.OPAQUE,
            DataBuffer.TYPE_USHORT);
    WritableRaster raster = colors.createCompatibleWritableRaster(256, 1);
    for (int x = 0; x < 256; x++) {
      raster.setPixel(x, 0, new int[] {x * 257, Math.min(65_535, x * 257 + 100), 0});
    }

    int[] converted =
        rgb(PixelArray.fromImage(new BufferedImage(colors, raster, false, null)).toImage());

    for (int x = 0; x < 256; x++) {
      assertThat(converted[x]).isEqualTo(x << 16 | x << 8);
    }
  }

  @Test
  void indexedColoursAreLookedUp() {
    byte[] palette = {(byte) 255, 0, 0, 0, (byte) 200, (byte) 100};
    IndexColorModel colors = new IndexColorModel(8, 2, palette, 0, false);
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_INDEXED, colors);
    image.getRaster().setSample(1, 0, 0, 1);

    assertThat(rgb(PixelArray.fromImage(image).toImage())).containsExactly(0xFF0000, 0x00C864);
  }

  @Test
  void valuesAreClampedAndRoundedToNearest() {
    float[] values = {-7f, -Float.MAX_VALUE, 2f, Float.MAX_VALUE, 0.49f / 127.5f, 0};
    PixelArray pixels = PixelArray.of(1, 2, values);

    // planar: each pixel takes its red, green, blue from values i, 2 + i, 4 + i
    assertThat(rgb(pixels.toImage())).containsExactly(0x00FF80, 0x00FF80);
  }

  @Test
  void refusesNanWithItsPixelAndChannel() {
    float[] values = new float[3 * 2 * 5];
    values[10 + 5 + 3] = Float.NaN;

    assertThatIllegalArgumentException()
        .isThrownBy(() -> PixelArray.of(2, 5, values))
        .withMessageContaining("y=1, x=3 of a 5x2 image (width x height) is NaN in green");
    values[10 + 5 + 3] = Float.POSITIVE_INFINITY;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PixelArray.fromBatch(values, 0, 2, 5))
        .withMessageContaining("is Infinity in green");
  }

  @Test
  void batchesAreTakenApartAndPutTogether() {
    float[] batch = new float[2 * 3 * 4 * 5];
    for (int i = 0; i < batch.length; i++) {
      batch[i] = i / 120f;
    }
    float[] copy = new float[batch.length];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocateFrom(ValueLayout.JAVA_FLOAT, batch);
      for (int index = 0; index < 2; index++) {
        PixelArray fromSegment = PixelArray.fromBatch(segment, index, 4, 5);
        assertThat(fromSegment).isEqualTo(PixelArray.fromBatch(batch, index, 4, 5));
        fromSegment.copyInto(copy, index);
      }
      assertThat(copy).isEqualTo(batch);

      List<BufferedImage> images = PixelArray.toImages(segment, 4, 5);
      assertThat(images).hasSize(2);
      assertThat(rgb(images.get(1)))
          .isEqualTo(rgb(PixelArray.fromBatch(batch, 1, 4, 5).toImage()))
          .isEqualTo(rgb(PixelArray.toImages(batch, 4, 5).get(1)));
    }
  }

  @Test
  void callersCannotChangeIt() {
    float[] values = new float[3];
    PixelArray pixels = PixelArray.of(1, 1, values);
    values[0] = 1f;
    pixels.values()[1] = 1f;

    assertThat(pixels).isEqualTo(PixelArray.of(1, 1, new float[3]));
  }

  @Test
  void wrongSizesAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PixelArray.of(2, 2, new float[11]))
        .withMessage("values holds 11 floats, an image (3, 2, 2) needs 12");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PixelArray.of(0, 2, new float[0]))
        .withMessageContaining("height is 0 and width 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PixelArray.of(1 << 20, 1 << 20, new float[0]))
        .withMessageContaining("their product at most 715827882");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PixelArray.fromBatch(new float[13], 0, 2, 2))
        .withMessageContaining("batch holds 52 bytes");
    assertThatThrownBy(() -> PixelArray.fromBatch(new float[24], 2, 2, 2))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessage("image index 2: expected 0 to 1");
  }

  private static int[] rgb(BufferedImage image) {
    assertThat(image.getType()).isEqualTo(BufferedImage.TYPE_INT_RGB);
    int[] argb = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    for (int i = 0; i < argb.length; i++) {
      argb[i] &= 0xFFFFFF;
    }
    return argb;
  }
}
