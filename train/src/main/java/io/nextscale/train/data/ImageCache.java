package io.nextscale.train.data;

import io.nextscale.var.image.ImageException;
import io.nextscale.var.image.ImageFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Decoded images in memory, 3 bytes a pixel. Immutable. */
public final class ImageCache {
  private final ImageShape shape;
  private final List<String> classNames;
  private final List<String> skipped;
  private final List<LabelledImage> files;
  private final List<RgbImage> images;

  private ImageCache(
      ImageShape shape,
      List<String> classNames,
      List<String> skipped,
      List<LabelledImage> files,
      List<RgbImage> images) {
    this.shape = shape;
    this.classNames = List.copyOf(classNames);
    this.skipped = List.copyOf(skipped);
    this.files = List.copyOf(files);
    this.images = List.copyOf(images);
  }

  /**
   * Images that are in memory already.
   *
   * @param source the file they come from: {@link #file} of each
   * @param classNames names of the classes, in the order of their labels
   * @param images squares of one size, at least one; nobody writes to their arrays
   * @param labels class of each image
   * @throws IllegalArgumentException if there is no image, one is not a square as large as the
   *     first, there are more or fewer labels, or a label has no class
   */
  public static ImageCache of(
      Path source, List<String> classNames, List<RgbImage> images, int[] labels) {
    if (images.isEmpty() || images.size() != labels.length) {
      throw new IllegalArgumentException(
          "there are %s images and %s labels: at least 1 image is needed, and a label for each"
              .formatted(images.size(), labels.length));
    }
    int size = images.getFirst().height();
    List<LabelledImage> files = new ArrayList<>(labels.length);
    for (int i = 0; i < labels.length; i++) {
      RgbImage image = images.get(i);
      if (image.height() != size || image.width() != size) {
        throw new IllegalArgumentException(
            "image %s has %s rows and %s columns, allowed are squares of %s, as the first has rows"
                .formatted(i, image.height(), image.width(), size));
      }
      if (labels[i] < 0 || labels[i] >= classNames.size()) {
        throw new IllegalArgumentException(
            "label %s is %s, allowed are 0 to %s".formatted(i, labels[i], classNames.size() - 1));
      }
      files.add(new LabelledImage(source, labels[i]));
    }
    return new ImageCache(ImageShape.centred(size), classNames, List.of(), files, images);
  }

  /**
   * Decodes all images, if they fit half of the Java heap.
   *
   * @throws ImageDataException as {@link #decode(ImageSet, ImageShape, long)}
   */
  public static ImageCache decode(ImageSet set, ImageShape shape) {
    return decode(set, shape, Runtime.getRuntime().maxMemory() / 2);
  }

  /**
   * Decodes all images on the threads of the common pool. Those that cannot be decoded are left out
   * and named by {@link #skipped()}.
   *
   * @param budget bytes that the decoded images may take; for a random crop they are taken to be as
   *     long as 3:2
   * @throws ImageDataException if the images do not fit the budget, or all of a class that has some
   *     are broken
   */
  public static ImageCache decode(ImageSet set, ImageShape shape, long budget) {
    long side = shape.randomCrop() ? shape.resized() : shape.size();
    long need = set.images().size() * 3 * side * side * (shape.randomCrop() ? 3 : 2) / 2;
    checkBudget("", set.images().size(), side, need, budget);
    List<Decoded> decoded =
        set.images().parallelStream().map(file -> Decoded.of(file, shape)).toList();
    refuseBrokenClasses(set, decoded);
    List<String> skipped = new ArrayList<>(set.skipped());
    decoded.forEach(item -> item.failure().ifPresent(skipped::add));
    List<Decoded> good = decoded.stream().filter(item -> item.image().isPresent()).toList();
    return new ImageCache(
        shape,
        set.classNames(),
        skipped,
        good.stream().map(Decoded::file).toList(),
        good.stream().flatMap(item -> item.image().stream()).toList());
  }

  /**
   * Checks that images fit into memory, before any is there.
   *
   * @param where begins the message: the file that counts them, or nothing
   * @param need bytes
   */
  static void checkBudget(String where, int count, long side, long need, long budget) {
    if (need > budget) {
      throw new ImageDataException(
          ("%s%s images of %s pixels a side need about %s MB, allowed are %s MB:"
                  + " use fewer or smaller images or a larger heap (-Xmx)")
              .formatted(where, count, side, (need >> 20) + 1, budget >> 20));
    }
  }

  /** Size and crop of the images. */
  public ImageShape shape() {
    return shape;
  }

  /** Side of the squares of a batch. */
  public int size() {
    return shape.size();
  }

  /** Names of the classes, in the order of their labels. */
  public List<String> classNames() {
    return classNames;
  }

  /** Files that were left out, each with the reason. */
  public List<String> skipped() {
    return skipped;
  }

  /** Number of images. */
  public int count() {
    return images.size();
  }

  /**
   * The file that an image comes from.
   *
   * @throws IndexOutOfBoundsException if index is not in [0, count)
   */
  public Path file(int index) {
    return files.get(index).file();
  }

  /**
   * The class of an image.
   *
   * @throws IndexOutOfBoundsException if index is not in [0, count)
   */
  public int label(int index) {
    return files.get(index).label();
  }

  /**
   * An image; its array must not be written to.
   *
   * @throws IndexOutOfBoundsException if index is not in [0, count)
   */
  public RgbImage image(int index) {
    return images.get(index);
  }

  /** The class of every image. */
  public int[] labels() {
    return files.stream().mapToInt(LabelledImage::label).toArray();
  }

  /** Number of images of each class, in the order of the labels. */
  public int[] classSizes() {
    int[] sizes = new int[classNames.size()];
    files.forEach(file -> sizes[file.label()]++);
    return sizes;
  }

  /**
   * Images in their order, unchanged, cut in the middle: for evaluation.
   *
   * @param first index of the first
   * @param most how many at most; fewer at the end
   * @return a batch whose index is {@code first / most}
   * @throws IllegalArgumentException if first is not in [0, count) or most is below 1
   */
  public Batch batch(int first, int most) {
    if (first < 0 || first >= count() || most < 1) {
      throw new IllegalArgumentException(
          "first is %s and most is %s: allowed are 0 to %s, and 1 and more"
              .formatted(first, most, count() - 1));
    }
    int number = Math.min(most, count() - first);
    int plane = 3 * size() * size();
    float[] pixels = new float[Math.multiplyExact(number, plane)];
    int[] labels = new int[number];
    int[] indices = new int[number];
    for (int i = 0; i < number; i++) {
      indices[i] = first + i;
      labels[i] = label(first + i);
      RgbImage square = image(first + i).centre(size());
      Augmentation.NONE.apply(square, labels[i], size(), Draws.of(0, 0), pixels, i * plane);
    }
    return new Batch(first / most, pixels, labels, indices);
  }

  private static void refuseBrokenClasses(ImageSet set, List<Decoded> decoded) {
    Map<Integer, String> broken = new TreeMap<>();
    for (Decoded item : decoded) {
      item.failure().ifPresent(reason -> broken.putIfAbsent(item.file().label(), reason));
    }
    decoded.stream()
        .filter(item -> item.image().isPresent())
        .forEach(item -> broken.remove(item.file().label()));
    if (!broken.isEmpty()) {
      Map.Entry<Integer, String> first = broken.entrySet().iterator().next();
      throw new ImageDataException(
          "class '%s' has no image that can be decoded; the first: %s"
              .formatted(set.classNames().get(first.getKey()), first.getValue()));
    }
  }

  /** An image or the reason why there is none. */
  private record Decoded(LabelledImage file, Optional<RgbImage> image, Optional<String> failure) {
    static Decoded of(LabelledImage file, ImageShape shape) {
      try {
        RgbImage image = shape.fit(ImageFile.read(file.file()));
        return new Decoded(file, Optional.of(image), Optional.empty());
      } catch (ImageException e) { // its message names the file
        return new Decoded(file, Optional.empty(), Optional.of(String.valueOf(e.getMessage())));
      } catch (IllegalArgumentException e) {
        return new Decoded(
            file, Optional.empty(), Optional.of(file.file() + ": " + e.getMessage()));
      }
    }
  }

  /** Writes numbers and size, not the images. */
  @Override
  public String toString() {
    return "ImageCache[%s images of %sx%s, %s classes]"
        .formatted(count(), size(), size(), classNames.size());
  }
}
