package io.nextscale.var.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/**
 * Damages images of all formats: each is read or refused by an {@link ImageException} with a short
 * message. {@code -Dnextscale.fuzz=N} tries N images instead of some thousand, {@code
 * -Dnextscale.fuzz.seed=S} others.
 */
class ImageFuzzTest {
  private static final int ATTEMPTS = Integer.getInteger("nextscale.fuzz", 3000);
  private static final long SEED = Long.getLong("nextscale.fuzz.seed", 1);

  @Test
  void readsOrRefusesEveryDamage() throws IOException {
    List<byte[]> images = images();
    Random random = new Random(SEED);
    int read = 0;
    for (int i = 0; i < ATTEMPTS; i++) {
      byte[] bytes = damaged(images.get(random.nextInt(images.size())), random);
      try {
        PixelArray.fromImage(ImageFile.read("damaged", bytes));
        read++;
      } catch (ImageException e) {
        assertThat(String.valueOf(e.getMessage())).hasSizeLessThan(2000);
      }
    }
    System.out.printf("%d damaged images: %d read%n", ATTEMPTS, read);
    assertThat(read).isBetween(1, ATTEMPTS - 1);
  }

  private static byte[] damaged(byte[] good, Random random) {
    if (random.nextInt(20) == 0) {
      return Arrays.copyOf(good, random.nextInt(good.length));
    }
    byte[] bytes = good.clone();
    for (int n = random.nextInt(5); n >= 0; n--) {
      int at = random.nextInt(random.nextBoolean() ? bytes.length : Math.min(64, bytes.length));
      bytes[at] =
          switch (random.nextInt(4)) {
            case 0 -> (byte) (bytes[at] ^ 1 << random.nextInt(8));
            case 1 -> (byte) random.nextInt(256);
            case 2 -> (byte) 0xff;
            default -> 0;
          };
    }
    return bytes;
  }

  private static List<byte[]> images() throws IOException {
    List<byte[]> images = new ArrayList<>();
    try (InputStream in = ImageFuzzTest.class.getResourceAsStream("pillow.zip");
        ZipInputStream zip = new ZipInputStream(Objects.requireNonNull(in))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (!entry.getName().endsWith(".rgb")) {
          images.add(zip.readAllBytes());
        }
      }
    }
    for (String format : List.of("gif", "bmp", "tiff", "png")) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ImageIO.write(TestImages.gradient(20, 12), format, out);
      images.add(out.toByteArray());
    }
    return images;
  }
}
