package io.nextscale.var.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.var.scale.ImageSize;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Images as people have them: levels are those that Pillow reads. */
class PillowTest {
  private static final SequencedMap<String, byte[]> FILES = files();

  /** Other code for the same transforms rounds differently. */
  private static final int JPEG_TOLERANCE = 2;

  @TempDir Path folder;

  static List<String> images() {
    return FILES.keySet().stream().filter(n -> n.endsWith(".jpg") || n.endsWith(".png")).toList();
  }

  static Stream<String> oriented() {
    return images().stream().filter(name -> name.contains("exif"));
  }

  @MethodSource("images")
  @ParameterizedTest
  void readsTheSameLevels(String name) {
    BufferedImage image = ImageFile.read(name, FILES.get(name));
    requireEqual(name, image, ".rgb");
  }

  @MethodSource("oriented")
  @ParameterizedTest
  void turnsImagesUpright(String name) throws IOException {
    Path file = Files.write(folder.resolve(name), FILES.get(name));
    int tag = name.startsWith("exif") ? name.charAt(5) - '0' : 6;
    assertThat(ImageFile.orientation(file).tag()).isEqualTo(tag);
    assertThat(ImageFile.size(file)).isEqualTo(new ImageSize(8, 24));
    BufferedImage upright = ImageFile.readUpright(file);
    assertThat(new ImageSize(upright.getHeight(), upright.getWidth()))
        .isEqualTo(ImageFile.orientation(file).upright(new ImageSize(8, 24)));
    requireEqual(name, upright, ".upright.rgb");
  }

  @Test
  void saysWhatReadsWebp() {
    assertThatThrownBy(() -> ImageFile.read("a.webp", FILES.get("lossless.webp")))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("a.webp: it is a WebP image")
        .hasMessageContaining("com.twelvemonkeys.imageio:imageio-webp");
  }

  private static void requireEqual(String name, BufferedImage image, String suffix) {
    byte[] expected = FILES.get(name.substring(0, name.lastIndexOf('.')) + suffix);
    int[] pixels = FlatRgb.of(image, FlatRgb.WHITE);
    assertThat(3 * pixels.length).isEqualTo(expected.length);
    int worst = 0;
    for (int i = 0; i < expected.length; i++) {
      int level = pixels[i / 3] >> (16 - 8 * (i % 3)) & 255;
      worst = Math.max(worst, Math.abs(level - (expected[i] & 255)));
    }
    assertThat(worst).as(name).isLessThanOrEqualTo(name.endsWith("png") ? 0 : JPEG_TOLERANCE);
  }

  private static SequencedMap<String, byte[]> files() {
    SequencedMap<String, byte[]> files = new TreeMap<>();
    try (InputStream in = PillowTest.class.getResourceAsStream("pillow.zip");
        ZipInputStream zip = new ZipInputStream(Objects.requireNonNull(in))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), zip.readAllBytes());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }
}
