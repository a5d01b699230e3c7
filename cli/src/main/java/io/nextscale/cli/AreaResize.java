package io.nextscale.cli;

import io.nextscale.var.image.PixelArray;
import io.nextscale.var.scale.ImageSize;

/**
 * Resizes images by averages: each new pixel is the mean of those it covers, a part of one counting
 * as a whole. The same as {@code adaptive_avg_pool2d}, with which FlexVAR's tokenizer sizes images
 * for its scales.
 */
final class AreaResize {
  private static final int CHANNELS = 3;

  private AreaResize() {}

  /** The image in another size; itself if it has that one. */
  static PixelArray of(PixelArray image, ImageSize size) {
    if (image.size().equals(size)) {
      return image;
    }
    float[] from = image.values();
    float[] to = new float[CHANNELS * size.height() * size.width()];
    for (int i = 0; i < to.length; i++) {
      int x = i % size.width();
      int y = i / size.width() % size.height();
      int channel = i / size.width() / size.height();
      to[i] =
          mean(
              from,
              channel * image.height(),
              image.width(),
              window(y, image.height(), size.height()),
              window(x, image.width(), size.width()));
    }
    return PixelArray.of(size.height(), size.width(), to);
  }

  private static float mean(float[] from, int firstRow, int width, Window rows, Window columns) {
    double sum = 0;
    for (int y = rows.from; y < rows.to; y++) {
      for (int x = columns.from; x < columns.to; x++) {
        sum += from[(firstRow + y) * width + x];
      }
    }
    return (float) (sum / ((rows.to - rows.from) * (double) (columns.to - columns.from)));
  }

  /** The pixels that the i-th of {@code to} covers: floor(i·from/to) to ceil((i+1)·from/to). */
  private static Window window(int i, int from, int to) {
    return new Window(
        (int) ((long) i * from / to), (int) Math.ceilDiv((long) (i + 1) * from, (long) to));
  }

  private record Window(int from, int to) {}
}
