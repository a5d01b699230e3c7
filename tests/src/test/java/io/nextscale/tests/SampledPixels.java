package io.nextscale.tests;

import io.nextscale.var.GeneratedImage;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.image.PixelArray;
import java.util.ArrayList;
import java.util.List;

/** Converts images to the form of the reference data: clamped, mapped, every n-th value. */
final class SampledPixels {
  private SampledPixels() {}

  /** Clamps images to [-1, 1]. */
  static List<PixelArray> clamped(List<PixelArray> images) {
    List<PixelArray> result = new ArrayList<>();
    for (PixelArray image : images) {
      float[] values = image.values().clone();
      for (int i = 0; i < values.length; i++) {
        values[i] = Math.clamp(values[i], -1, 1);
      }
      result.add(PixelArray.of(image.height(), image.width(), values));
    }
    return result;
  }

  /** Takes every n-th pixel of the decoder's output. */
  static float[] raw(GenerationResult result, int stride) {
    return strided(result.images().stream().map(GeneratedImage::pixels).toList(), stride);
  }

  /** Takes every n-th pixel, clamped and mapped to [0, 1]. */
  static float[] unit(GenerationResult result, int stride) {
    float[] values = raw(result, stride);
    for (int i = 0; i < values.length; i++) {
      values[i] = (Math.clamp(values[i], -1, 1) + 1) * 0.5f;
    }
    return values;
  }

  /** Takes every n-th pixel of both axes, from 0. */
  static float[] strided(List<PixelArray> images, int stride) {
    int height = images.getFirst().height();
    int width = images.getFirst().width();
    float[] all = new float[images.size() * 3 * height * width];
    int plane = 3 * height * width;
    for (int b = 0; b < images.size(); b++) {
      System.arraycopy(images.get(b).values(), 0, all, b * plane, plane);
    }
    return strided(all, height, width, stride);
  }

  /** Takes every n-th position of both axes of planes of {@code height·width}. */
  static float[] strided(float[] planes, int height, int width, int stride) {
    int rows = (height + stride - 1) / stride;
    int columns = (width + stride - 1) / stride;
    int count = planes.length / height / width;
    float[] result = new float[count * rows * columns];
    int at = 0;
    for (int c = 0; c < count; c++) {
      for (int y = 0; y < height; y += stride) {
        for (int x = 0; x < width; x += stride) {
          result[at++] = planes[(c * height + y) * width + x];
        }
      }
    }
    return result;
  }
}
