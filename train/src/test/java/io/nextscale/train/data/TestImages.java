package io.nextscale.train.data;

import io.nextscale.var.image.PngFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;

/** Small images and folders of them. */
final class TestImages {
  private TestImages() {}

  /** Random opaque levels. */
  static BufferedImage noise(int width, int height, long seed) {
    Random random = new Random(seed);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, random.nextInt(1 << 24));
    }
    return image;
  }

  static BufferedImage plain(int width, int height, int argb) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, argb);
    }
    return image;
  }

  static void write(Path file, BufferedImage image) throws IOException {
    Path folder = file.getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    PngFile.write(file, image, Map.of());
  }

  /** Classes a, b, c with 2, 3, 5 noisy squares. */
  static ImageCache cache(Path folder, int size) throws IOException {
    int[] counts = {2, 3, 5};
    for (int label = 0; label < counts.length; label++) {
      for (int i = 0; i < counts[label]; i++) {
        Path file = folder.resolve("abc".substring(label, label + 1)).resolve(i + ".png");
        write(file, noise(size, size, 10 * label + i));
      }
    }
    return ImageCache.decode(ImageFolder.scan(folder), ImageShape.centred(size));
  }
}
