package io.nextscale.train.data;

import java.io.Serializable;
import java.util.Objects;
import java.util.Set;

/**
 * Random changes of an image, all in one pass of bilinear sampling. Pixels from outside the image
 * are white.
 *
 * @param flip probability of mirroring left and right, 0 to 1
 * @param unflippedLabels classes that are never mirrored
 * @param scale zoom is drawn from [1 - scale, 1 + scale]; 0 to below 1
 * @param shift both offsets are drawn from [-shift, shift] pixels; 0 or more
 * @param hue colours are turned about the grey axis by [-hue, hue] radians; 0 to π
 * @param contrast the distance from white is multiplied by [1 - contrast, 1 + contrast]; 0 to 1
 */
public record Augmentation(
    double flip, Set<Integer> unflippedLabels, double scale, int shift, double hue, double contrast)
    implements Serializable {
  /** Images as they are. */
  public static final Augmentation NONE = new Augmentation(0, Set.of(), 0, 0, 0, 0);

  /**
   * Checks the values and copies the set.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public Augmentation {
    Objects.requireNonNull(unflippedLabels, "unflippedLabels");
    unflippedLabels = Set.copyOf(unflippedLabels);
    requireRanges(flip, scale, shift, hue, contrast);
  }

  /**
   * Checks values before the classes are known.
   *
   * @throws IllegalArgumentException if a value is out of its range
   */
  public static void requireRanges(
      double flip, double scale, int shift, double hue, double contrast) {
    check("flip", flip, 1);
    check("scale", scale, Math.nextDown(1.0));
    check("shift", shift, Integer.MAX_VALUE);
    check("hue", hue, Math.PI);
    check("contrast", contrast, 1);
  }

  /**
   * One image changed at random, a function of the arguments alone. An image larger than the square
   * is cut at a random place.
   *
   * @param label the image's class
   * @param size side of the square
   * @param seed fixes everything random
   * @return (3, size, size) in [-1, 1]: {@code level / 127.5 - 1}
   * @throws IllegalArgumentException if a side of the image is shorter than size
   */
  public float[] apply(RgbImage image, int label, int size, long seed) {
    float[] values = new float[3 * size * size];
    apply(image, label, size, Draws.of(seed, 0), values, 0);
    return values;
  }

  /** Writes the values of one image from place {@code offset} on. */
  void apply(RgbImage image, int label, int size, Draws draws, float[] into, int offset) {
    if (image.height() < size || image.width() < size) {
      throw new IllegalArgumentException(
          "the image has %s rows and %s columns, a square of %s needs at least as many"
              .formatted(image.height(), image.width(), size));
    }
    // always the same number of draws, so that one setting does not move the others
    boolean flipped = draws.nextDouble() < flip && !unflippedLabels.contains(label);
    double zoom = 1 + draws.within(scale);
    double right = draws.within(shift);
    double down = draws.within(shift);
    float[] matrix = rotation(draws.within(hue));
    float strength = (float) (1 + draws.within(contrast));
    int left = draws.below(image.width() - size + 1);
    int top = draws.below(image.height() - size + 1);
    int width = image.width();
    Axis columns = Axis.of(size, width, 3, left, flipped ? -zoom : zoom, right);
    Axis rows = Axis.of(size, image.height(), 3 * width, top, zoom, down);
    sample(image, rows, columns, new Colours(matrix, strength), into, offset);
  }

  private static void sample(
      RgbImage image, Axis rows, Axis columns, Colours colours, float[] into, int offset) {
    int size = rows.size();
    byte[] levels = image.levels();
    float[] rgb = new float[3];
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        float southern = rows.weight[y];
        float eastern = columns.weight[x];
        for (int c = 0; c < 3; c++) {
          float north = lerp(levels, rows.near[y], columns.near[x], columns.far[x], eastern, c);
          float south = lerp(levels, rows.far[y], columns.near[x], columns.far[x], eastern, c);
          rgb[c] = north + southern * (south - north);
        }
        colours.write(rgb, into, offset + y * size + x, size * size);
      }
    }
  }

  private static float lerp(byte[] levels, int row, int near, int far, float weight, int channel) {
    float a = (row | near) < 0 ? 255 : levels[row + near + channel] & 255;
    float b = (row | far) < 0 ? 255 : levels[row + far + channel] & 255;
    return a + weight * (b - a);
  }

  /** Rodrigues' formula for the axis (1, 1, 1); exactly the identity for 0. */
  private static float[] rotation(double angle) {
    double even = (1 - Math.cos(angle)) / 3;
    double odd = Math.sin(angle) / Math.sqrt(3);
    double same = Math.cos(angle) + even;
    return new float[] {(float) same, (float) (even - odd), (float) (even + odd)};
  }

  private static void check(String name, double value, double most) {
    if (!(value >= 0 && value <= most)) {
      throw new IllegalArgumentException(name + " is " + value + ", allowed are 0 to " + most);
    }
  }

  /**
   * The origin of the pixels along one axis: offsets into the levels of the two neighbours, -1
   * outside, and the weight of the second.
   */
  private record Axis(int[] near, int[] far, float[] weight) {
    /**
     * The inverse map of mirroring (negative zoom), zooming about the middle, then shifting.
     *
     * @param length pixels of the image
     * @param stride levels from one pixel to the next
     * @param first where the square begins
     */
    static Axis of(int size, int length, int stride, int first, double zoom, double shift) {
      Axis axis = new Axis(new int[size], new int[size], new float[size]);
      double middle = (size - 1) / 2.0;
      for (int i = 0; i < size; i++) {
        double from = (i - middle - shift) / zoom + middle + first;
        double below = Math.floor(from);
        axis.near[i] = below >= 0 && below < length ? (int) below * stride : -1;
        axis.far[i] = below >= -1 && below < length - 1 ? (int) (below + 1) * stride : -1;
        axis.weight[i] = (float) (from - below);
      }
      return axis;
    }

    int size() {
      return weight.length;
    }
  }

  /** Colour rotation, contrast and the map to [-1, 1]. */
  private record Colours(float[] matrix, float strength) {
    void write(float[] rgb, float[] into, int at, int plane) {
      for (int c = 0; c < 3; c++) {
        float turned =
            matrix[0] * rgb[c] + matrix[1] * rgb[(c + 1) % 3] + matrix[2] * rgb[(c + 2) % 3];
        float level = Math.clamp(255 - (255 - turned) * strength, 0f, 255f);
        into[at + c * plane] = level / 127.5f - 1;
      }
    }
  }
}
