package io.nextscale.bench;

import io.nextscale.evaluate.image.ImageSet;
import io.nextscale.evaluate.image.RgbSamples;
import io.nextscale.var.image.ImageFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import javax.imageio.ImageIO;

/**
 * A set of images as PNG files in memory: some different ones, again and again.
 *
 * @param files contents
 * @param size number of images of the set
 */
record PngImages(List<byte[]> files, int size) implements ImageSet {
  private static final int SIDE = 256;
  private static final int DIFFERENT = 64;
  private static final double NOISE = 6; // makes files about as large as those of samples

  /** Draws waves with noise. */
  static PngImages generate(int size) throws IOException {
    List<byte[]> files = new ArrayList<>();
    for (int i = 0; i < Math.min(size, DIFFERENT); i++) {
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      ImageIO.write(draw(i), "png", file);
      files.add(file.toByteArray());
    }
    return new PngImages(List.copyOf(files), size);
  }

  private static BufferedImage draw(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    double[] waves = random.doubles(6, 0.01, 0.1).toArray();
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        int color = 0;
        for (int c = 0; c < 3; c++) {
          double wave = Math.sin(x * waves[2 * c] + seed) + Math.cos(y * waves[2 * c + 1]);
          double level = 128 + 50 * wave + NOISE * random.nextGaussian();
          color = color << 8 | (int) Math.clamp(level, 0, 255);
        }
        image.setRGB(x, y, color);
      }
    }
    return image;
  }

  @Override
  public Path path() {
    return Path.of("generated");
  }

  @Override
  public String fingerprint() {
    return "generated " + size;
  }

  @Override
  public Images open(int first) {
    return new Images() {
      private int next = first;

      @Override
      public Supplier<RgbSamples> next() {
        byte[] file = files.get(next++ % files.size());
        return () -> RgbSamples.of(ImageFile.read("generated", file));
      }

      @Override
      public void close() {} // holds nothing
    };
  }
}
