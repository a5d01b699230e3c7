package io.nextscale.var.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

class GifFileTest {
  @TempDir Path folder;

  @Test
  void framesKeepTheirNumberSizeAndColours() throws IOException {
    Path file = folder.resolve("a.gif");
    List<BufferedImage> frames =
        Stream.of(0xFF0000, 0x00FF00, 0x123456).map(c -> TestImages.filled(12, 7, c)).toList();

    GifFile.write(file, frames, 100, true);

    List<BufferedImage> read = frames(file);
    assertThat(read).hasSize(3);
    for (int i = 0; i < 3; i++) {
      assertThat(PixelArray.fromImage(read.get(i))).isEqualTo(PixelArray.fromImage(frames.get(i)));
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void aStreamReceivesTheBytesOfTheFile() throws IOException {
    Path file = folder.resolve("a.gif");
    List<BufferedImage> frames = List.of(TestImages.filled(12, 7, 0x123456));
    ByteArrayOutputStream stream = new ByteArrayOutputStream();

    GifFile.write(file, frames, 100, true);
    GifFile.write(stream, frames, 100, true);

    assertThat(stream.toByteArray()).isEqualTo(Files.readAllBytes(file));
  }

  @Test
  void smallerFramesAreEnlarged() throws IOException {
    Path file = folder.resolve("a.gif");
    BufferedImage small = TestImages.filled(3, 2, 0x123456);
    BufferedImage last = TestImages.filled(12, 7, 0x00FF00);

    GifFile.write(file, List.of(small, last), 100, true);

    PixelArray enlarged = PixelArray.fromImage(TestImages.filled(12, 7, 0x123456));
    assertThat(PixelArray.fromImage(frames(file).get(0))).isEqualTo(enlarged);
    assertThat(PixelArray.fromImage(frames(file).get(1))).isEqualTo(PixelArray.fromImage(last));
  }

  @Test
  void photosStayRecognisableWithAPaletteOfTheirOwn() throws IOException {
    Path file = folder.resolve("a.gif");
    BufferedImage gradient = TestImages.gradient(64, 64);

    GifFile.write(file, List.of(TestImages.filled(64, 64, 0xFF00FF), gradient), 100, true);

    float[] expected = PixelArray.fromImage(gradient).values();
    float[] read = PixelArray.fromImage(frames(file).get(1)).values();
    double error = 0;
    for (int i = 0; i < read.length; i++) {
      error += Math.abs(read[i] - expected[i]) / read.length;
    }
    assertThat(error).as("mean error in [-1, 1]; 256 colours for 4096").isLessThan(0.15);
  }

  @ParameterizedTest
  @CsvSource({"10, 1", "100, 10", "104, 10", "105, 11", "655350, 65535"})
  void delayIsStoredInHundredthsOfASecond(int millis, String hundredths) throws IOException {
    Path file = folder.resolve("a.gif");

    GifFile.write(file, List.of(TestImages.gradient(4, 4)), millis, false);

    try (ImageInputStream stream = ImageIO.createImageInputStream(file.toFile())) {
      ImageReader reader = ImageIO.getImageReaders(stream).next();
      reader.setInput(stream);
      Node root = reader.getImageMetadata(0).getAsTree("javax_imageio_gif_image_1.0");
      Element control =
          (Element) ((Element) root).getElementsByTagName("GraphicControlExtension").item(0);
      assertThat(control.getAttribute("delayTime")).isEqualTo(hundredths);
      reader.dispose();
    }
  }

  @Test
  void onlyLoopsWhenAsked() throws IOException {
    Path file = folder.resolve("a.gif");
    List<BufferedImage> frames = List.of(TestImages.gradient(4, 4), TestImages.gradient(4, 4));

    GifFile.write(file, frames, 100, false);
    assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain("NETSCAPE2.0");

    GifFile.write(file, frames, 100, true);
    assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
        .containsOnlyOnce("NETSCAPE2.0\3\1\0\0\0");
  }

  @Test
  void badArgumentsLeaveNoFile() throws IOException {
    Path file = folder.resolve("a.gif");
    BufferedImage frame = TestImages.gradient(4, 4);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> GifFile.write(file, List.of(), 100, true))
        .withMessage("frames is empty: a GIF needs at least one");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> GifFile.write(file, List.of(frame), 9, true))
        .withMessage("delayMillis 9: expected 10 to 655350");
    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> GifFile.write(folder.resolve("no/a.gif"), List.of(frame), 100, true))
        .withMessageContaining("the folder " + folder.resolve("no") + " does not exist");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  private static List<BufferedImage> frames(Path file) throws IOException {
    List<BufferedImage> frames = new ArrayList<>();
    try (ImageInputStream stream = ImageIO.createImageInputStream(file.toFile())) {
      ImageReader reader = ImageIO.getImageReaders(stream).next();
      reader.setInput(stream);
      for (int i = 0; i < reader.getNumImages(true); i++) {
        frames.add(reader.read(i));
      }
      reader.dispose();
    }
    return frames;
  }
}
