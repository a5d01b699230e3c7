package io.nextscale.var.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nextscale.var.scale.ImageSize;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFileTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "tiff"})
  void losslessFormatsAreReadExactly(String format) throws IOException {
    Path file = Files.write(folder.resolve("a"), encoded(format));

    assertThat(PixelArray.fromImage(ImageFile.read(file)))
        .isEqualTo(PixelArray.fromImage(TestImages.gradient(30, 20)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"jpg", "gif"})
  void lossyFormatsAreRead(String format) throws IOException {
    BufferedImage image = ImageFile.read(Files.write(folder.resolve("a"), encoded(format)));

    assertThat(image.getWidth()).isEqualTo(30);
    assertThat(image.getHeight()).isEqualTo(20);
  }

  @Test
  void grayPngKeepsItsLevels() throws IOException {
    BufferedImage gray = new BufferedImage(256, 1, BufferedImage.TYPE_BYTE_GRAY);
    for (int level = 0; level < 256; level++) {
      gray.getRaster().setSample(level, 0, 0, level);
    }
    Path file = folder.resolve("gray.png");
    PngFile.write(file, gray, Map.of());

    float[] values = PixelArray.fromImage(ImageFile.read(file)).values();

    for (int level = 0; level < 256; level++) {
      assertThat(values[level]).isEqualTo(level / 255f * 2f - 1f);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "bmp", "gif"})
  void everyTruncationIsAnImageException(String format) throws IOException {
    byte[] whole = encoded(format);
    Path file = folder.resolve("cut." + format);
    int withoutPixels =
        switch (format) {
          case "gif" -> 1; // says that no frame follows
          case "bmp" -> 2; // fills the last row to a multiple of four bytes
          default -> 0;
        };
    for (int length = 0; length < whole.length - withoutPixels; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatExceptionOfType(ImageException.class)
          .as("%d of %d bytes", length, whole.length)
          .isThrownBy(() -> ImageFile.read(file))
          .withMessageStartingWith("cannot read image " + file + ": ");
    }
  }

  @Test
  void everyChangedBitOfPngIsNoticed() throws IOException {
    byte[] whole = encoded("png");
    Path file = folder.resolve("flipped.png");
    for (int i = 0; i < whole.length; i++) {
      byte[] flipped = whole.clone();
      flipped[i] ^= (byte) (1 << i % 8);
      Files.write(file, flipped);
      assertThatExceptionOfType(ImageException.class)
          .as("byte %d", i)
          .isThrownBy(() -> ImageFile.read(file));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jpg", "bmp", "gif", "tiff"})
  void damageOfOtherFormatsIsAnImageExceptionOrUnnoticed(String format) throws IOException {
    byte[] whole = encoded(format);
    Path file = folder.resolve("flipped." + format);
    Random random = new Random(1);
    for (int i = 0; i < 300; i++) {
      byte[] flipped = whole.clone();
      flipped[random.nextInt(Math.min(whole.length, 200))] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, flipped);
      assertThatCode(
              () -> {
                try {
                  ImageFile.read(file);
                } catch (ImageException expected) {
                  assertThat(expected).hasMessageContaining(file.toString());
                }
              })
          .doesNotThrowAnyException();
    }
  }

  @Test
  void emptyMissingAndForeignFilesAreNamedWithTheReason() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.png"));
    Path text = Files.writeString(folder.resolve("text.png"), "no image at all, just words");
    Path missing = folder.resolve("missing.png");

    assertMessage(empty, "the file is empty");
    assertMessage(missing, "there is no such file");
    assertMessage(folder, "it is a folder");
    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> ImageFile.read(text))
        .withMessage(
            "cannot read image %s: it is a text that begins \"no image at all, just words\"", text);
    Path other = Files.write(folder.resolve("other.png"), new byte[] {1, 2, 3});
    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> ImageFile.read(other))
        .withMessageStartingWith(
            "cannot read image %s: the content is no image in a supported format", other)
        .withMessageContaining("png")
        .withMessageContaining("jpeg");
  }

  @ParameterizedTest
  @ValueSource(ints = {16_385, Integer.MAX_VALUE})
  void absurdDimensionsAreRefusedBeforeDecoding(int width) throws IOException {
    List<PngChunk> chunks = new ArrayList<>(PngChunk.parse(encoded("png")));
    ByteBuffer header = ByteBuffer.allocate(13).put(chunks.getFirst().data().duplicate()).flip();
    chunks.set(0, new PngChunk("IHDR", header.putInt(0, width)));
    Path file = Files.write(folder.resolve("huge.png"), PngChunk.join(chunks));

    assertMessage(
        file, "it is %sx20 (width x height): expected 1 to 16384 per side".formatted(width));
  }

  @Test
  void theLargestSideIsStillRead() {
    Path file = folder.resolve("wide.png");
    PngFile.write(file, TestImages.gradient(16_384, 1), Map.of());

    assertThat(ImageFile.read(file).getWidth()).isEqualTo(16_384);
  }

  @Test
  void tooManyPixelsAreRefusedBeforeDecoding() throws IOException {
    List<PngChunk> chunks = new ArrayList<>(PngChunk.parse(encoded("png")));
    ByteBuffer header = ByteBuffer.allocate(13).put(chunks.getFirst().data().duplicate()).flip();
    chunks.set(0, new PngChunk("IHDR", header.putInt(0, 16_384).putInt(4, 4_097)));
    Path file = Files.write(folder.resolve("huge.png"), PngChunk.join(chunks));

    assertThat(ImageFile.size(file)).isEqualTo(new ImageSize(4_097, 16_384));
    assertMessage(file, "it is 4097x16384, 67125248 pixels: expected at most 67108864");
  }

  /** Each scan takes the time of the whole image, however short it is. */
  @Test
  void manyScansAreRefused() throws IOException {
    byte[] jpeg = progressive(TestImages.gradient(64, 64));
    int last = 0;
    for (int i = 0; i < jpeg.length; i++) {
      last = jpeg[i] == (byte) 0xFF && jpeg[i + 1] == (byte) 0xDA ? i : last;
    }
    byte[] scan = Arrays.copyOfRange(jpeg, last, jpeg.length - 2);
    ByteArrayOutputStream many = new ByteArrayOutputStream();
    many.write(jpeg, 0, last);
    for (int i = 0; i < 200; i++) {
      many.writeBytes(scan);
    }
    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> ImageFile.read("many", many.toByteArray()))
        .withMessageMatching(".*it has 20\\d scans: expected at most 100");
    ByteArrayOutputStream appended = new ByteArrayOutputStream();
    appended.writeBytes(jpeg);
    for (int i = 0; i < 200; i++) {
      appended.writeBytes(scan); // as a video after a photograph may look
    }
    assertThat(ImageFile.read("appended", appended.toByteArray()).getWidth()).isEqualTo(64);
  }

  private static byte[] progressive(BufferedImage image) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam settings = writer.getDefaultWriteParam();
      settings.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), settings);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  @Test
  void readsBytesStreamsAndAddresses() throws IOException {
    byte[] content = encoded("png");
    Path file = Files.write(folder.resolve("a.png"), content);
    int[] expected = FlatRgb.of(ImageFile.read(file), FlatRgb.WHITE);

    for (BufferedImage image :
        List.of(
            ImageFile.read("a", content),
            ImageFile.read("a", new ByteArrayInputStream(content)),
            ImageFile.read(file.toUri()))) {
      assertThat(FlatRgb.of(image, FlatRgb.WHITE)).isEqualTo(expected);
    }
    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> ImageFile.read(folder.resolve("none.png").toUri()))
        .withMessageContaining("none.png");
    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> ImageFile.read(URI.create("a.png")))
        .withMessageContaining("a.png");
  }

  private static void assertMessage(Path file, String reason) {
    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> ImageFile.read(file))
        .withMessage("cannot read image %s: %s", file, reason);
  }

  private static byte[] encoded(String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertThat(ImageIO.write(TestImages.gradient(30, 20), format, out)).isTrue();
    return out.toByteArray();
  }
}
