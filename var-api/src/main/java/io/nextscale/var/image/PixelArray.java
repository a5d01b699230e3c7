package io.nextscale.var.image;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;

import io.nextscale.var.image.resize.Resampling;
import io.nextscale.var.scale.ImageSize;
import java.awt.image.BufferedImage;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * One RGB image as input or output of a model: float32 (3, height, width), nominally in [-1, 1].
 * Immutable.
 */
public final class PixelArray {
  private static final int CHANNELS = 3;
  private static final List<String> CHANNEL_NAMES = List.of("red", "green", "blue");

  private final int height;
  private final int width;
  private final float[] values;

  private PixelArray(int height, int width, float[] values) {
    this.height = height;
    this.width = width;
    this.values = values;
  }

  /**
   * Makes an image of values.
   *
   * @param values (3, height, width), copied
   * @throws IllegalArgumentException if a side is below 1, values has another length, or a value is
   *     NaN or infinite
   */
  public static PixelArray of(int height, int width, float[] values) {
    Objects.requireNonNull(values, "values");
    int size = size(height, width);
    if (values.length != size) {
      throw new IllegalArgumentException(
          "values holds %s floats, an image (3, %s, %s) needs %s"
              .formatted(values.length, height, width, size));
    }
    return finite(height, width, values.clone());
  }

  private static PixelArray finite(int height, int width, float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        int plane = height * width;
        throw new IllegalArgumentException(
            "the pixel at y=%s, x=%s of a %sx%s image (width x height) is %s in %s"
                .formatted(
                    i % plane / width,
                    i % width,
                    width,
                    height,
                    values[i],
                    CHANNEL_NAMES.get(i / plane)));
      }
    }
    return new PixelArray(height, width, values);
  }

  /**
   * Converts an image of any type: each 8-bit level u becomes {@code u / 255f * 2 - 1}, as
   * torchvision's ToTensor and VAR's {@code normalize_01_into_pm1} do. Alpha is composited over
   * white; gray goes to all three channels; 16-bit samples are rounded to 8 bits.
   */
  public static PixelArray fromImage(BufferedImage image) {
    Objects.requireNonNull(image, "image");
    int height = image.getHeight();
    int width = image.getWidth();
    float[] values = new float[size(height, width)];
    int[] pixels = FlatRgb.of(image, FlatRgb.WHITE);
    int plane = pixels.length;
    for (int i = 0; i < plane; i++) {
      values[i] = toSigned(pixels[i] >> 16);
      values[plane + i] = toSigned(pixels[i] >> 8 & 255);
      values[2 * plane + i] = toSigned(pixels[i] & 255);
    }
    return new PixelArray(height, width, values);
  }

  /**
   * Copies image {@code index} out of a batch.
   *
   * @param batch (B, 3, height, width)
   * @throws IllegalArgumentException if batch is not a whole number of images, or a value of this
   *     one is NaN or infinite
   * @throws IndexOutOfBoundsException if index is not in [0, B)
   */
  public static PixelArray fromBatch(float[] batch, int index, int height, int width) {
    Objects.requireNonNull(batch, "batch");
    return fromBatch(MemorySegment.ofArray(batch), index, height, width);
  }

  /**
   * Copies image {@code index} out of a batch of float32 in native byte order.
   *
   * @param batch (B, 3, height, width), contiguous
   * @throws IllegalArgumentException if batch is not a whole number of images, or a value of this
   *     one is NaN or infinite
   * @throws IndexOutOfBoundsException if index is not in [0, B)
   */
  public static PixelArray fromBatch(MemorySegment batch, int index, int height, int width) {
    Objects.requireNonNull(batch, "batch");
    int count = batchSize(batch, height, width);
    float[] values = new float[size(height, width)];
    long offset = offset(index, count, values.length);
    MemorySegment.copy(batch, JAVA_FLOAT_UNALIGNED, offset, values, 0, values.length);
    return finite(height, width, values);
  }

  /** Converts all images of a batch (B, 3, height, width), each by {@link #toImage()}. */
  public static List<BufferedImage> toImages(float[] batch, int height, int width) {
    return toImages(MemorySegment.ofArray(batch), height, width);
  }

  /** Converts all images of a batch (B, 3, height, width) of float32 in native byte order. */
  public static List<BufferedImage> toImages(MemorySegment batch, int height, int width) {
    return IntStream.range(0, batchSize(batch, height, width))
        .mapToObj(index -> fromBatch(batch, index, height, width).toImage())
        .toList();
  }

  /** Copies this image to place {@code index} of a batch (B, 3, height, width). */
  public void copyInto(float[] batch, int index) {
    copyInto(MemorySegment.ofArray(batch), index);
  }

  /** Copies this image to place {@code index} of a float32 batch in native byte order. */
  public void copyInto(MemorySegment batch, int index) {
    long offset = offset(index, batchSize(batch, height, width), values.length);
    MemorySegment.copy(values, 0, batch, JAVA_FLOAT_UNALIGNED, offset, values.length);
  }

  /**
   * Converts to {@link BufferedImage#TYPE_INT_RGB}: clamps to [-1, 1], then rounds {@code (x + 1) /
   * 2 * 255} to the nearest integer. Inverts {@link #fromImage} without loss for opaque 8-bit
   * images.
   */
  public BufferedImage toImage() {
    int plane = height * width;
    int[] pixels = new int[plane];
    for (int i = 0; i < plane; i++) {
      pixels[i] = level(i) << 16 | level(plane + i) << 8 | level(2 * plane + i);
    }
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    image.getRaster().setDataElements(0, 0, width, height, pixels);
    return image;
  }

  /**
   * Resizes by area: each new pixel is the mean of the pixels that it covers whole or in part.
   * FlexVAR resizes images to its scales in this way.
   *
   * @return an image of the given size; this one if it has that size
   */
  public PixelArray resizeByArea(ImageSize to) {
    return resize(to, Resampling.AREA);
  }

  /**
   * Enlarges smoothly, by bicubic interpolation (a = -0.75, the border repeated).
   *
   * @return an image of the given size; this one if it has that size
   */
  public PixelArray resizeBicubic(ImageSize to) {
    return resize(to, Resampling.BICUBIC);
  }

  private PixelArray resize(ImageSize to, Resampling resampling) {
    return size().equals(to)
        ? this
        : new PixelArray(to.height(), to.width(), resampling.resize(values, size(), to));
  }

  /**
   * Computes the peak signal-to-noise ratio to another image, 10·log10(4 / mean squared error).
   *
   * @param other image of the same size, whose values are clamped to [-1, 1]
   * @return ratio in dB; infinite if the images are equal
   * @throws IllegalArgumentException if the sizes differ
   */
  public double psnr(PixelArray other) {
    if (!size().equals(other.size())) {
      throw new IllegalArgumentException(
          "PSNR of images of %s and %s: sizes must be equal (height x width)"
              .formatted(size(), other.size()));
    }
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      double difference = values[i] - Math.clamp(other.values[i], -1f, 1f);
      sum += difference * difference;
    }
    return 10 * Math.log10(4 / (sum / values.length));
  }

  /** Height and width. */
  public ImageSize size() {
    return new ImageSize(height, width);
  }

  /** Height in pixels. */
  public int height() {
    return height;
  }

  /** Width in pixels. */
  public int width() {
    return width;
  }

  /** Returns a copy of the values, (3, height, width). */
  public float[] values() {
    return values.clone();
  }

  /** Whether sizes and the bits of all values are equal. */
  @Override
  public boolean equals(Object other) {
    return other instanceof PixelArray that
        && height == that.height
        && width == that.width
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * height + width) + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "PixelArray(3, %s, %s)".formatted(height, width);
  }

  private static float toSigned(int level) {
    float unit = level / 255f;
    return unit * 2f - 1f;
  }

  private int level(int i) {
    return Math.round((Math.clamp(values[i], -1f, 1f) + 1f) / 2f * 255f);
  }

  private static int size(int height, int width) {
    if (height < 1 || width < 1 || (long) height * width > Integer.MAX_VALUE / CHANNELS) {
      throw new IllegalArgumentException(
          "height is %s and width %s: each must be at least 1, their product at most %s"
              .formatted(height, width, Integer.MAX_VALUE / CHANNELS));
    }
    return CHANNELS * height * width;
  }

  private static int batchSize(MemorySegment batch, int height, int width) {
    long bytes = (long) size(height, width) * Float.BYTES;
    if (batch.byteSize() % bytes != 0) {
      throw new IllegalArgumentException(
          "batch holds %s bytes, which is no multiple of the %s of a float32 image (3, %s, %s)"
              .formatted(batch.byteSize(), bytes, height, width));
    }
    return Math.toIntExact(batch.byteSize() / bytes);
  }

  private static long offset(int index, int count, int size) {
    if (index < 0 || index >= count) {
      throw new IndexOutOfBoundsException(
          "image index %s: expected 0 to %s".formatted(index, count - 1));
    }
    return (long) index * size * Float.BYTES;
  }

  /**
   * Returns the size of all images.
   *
   * @throws IllegalArgumentException if there is no image, or the sizes differ
   */
  public static ImageSize commonSize(List<PixelArray> images) {
    if (images.isEmpty()) {
      throw new IllegalArgumentException("no image was given");
    }
    ImageSize size = images.getFirst().size();
    for (int i = 1; i < images.size(); i++) {
      if (!images.get(i).size().equals(size)) {
        throw new IllegalArgumentException(
            "image %s is %s, image 0 is %s: all must have one size (height x width)"
                .formatted(i, images.get(i).size(), size));
      }
    }
    return size;
  }
}
