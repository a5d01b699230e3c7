package io.nextscale.train.data;

import io.nextscale.var.image.ImageException;
import io.nextscale.var.image.ImageFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Decoded pictures in memory, 3 bytes a pixel. Immutable. */
public final class PictureCache {
  private final PictureShape shape;
  private final List<String> classNames;
  private final List<String> skipped;
  private final List<LabelledPicture> files;
  private final List<RgbPicture> pictures;

  private PictureCache(PictureShape shape, PictureSet set, List<Decoded> decoded) {
    this.shape = shape;
    this.classNames = set.classNames();
    List<String> reasons = new ArrayList<>(set.skipped());
    decoded.forEach(item -> item.failure().ifPresent(reasons::add));
    this.skipped = List.copyOf(reasons);
    List<Decoded> good = decoded.stream().filter(item -> item.picture().isPresent()).toList();
    this.files = good.stream().map(Decoded::file).toList();
    this.pictures = good.stream().flatMap(item -> item.picture().stream()).toList();
  }

  /**
   * Decodes all pictures, if they fit half of the Java heap.
   *
   * @throws PictureDataException as {@link #decode(PictureSet, PictureShape, long)}
   */
  public static PictureCache decode(PictureSet set, PictureShape shape) {
    return decode(set, shape, Runtime.getRuntime().maxMemory() / 2);
  }

  /**
   * Decodes all pictures on the threads of the common pool. Those that cannot be decoded are left
   * out and named by {@link #skipped()}.
   *
   * @param budget bytes that the decoded pictures may take; for a random crop they are taken to be
   *     as long as 3:2
   * @throws PictureDataException if the pictures do not fit the budget, or all of a class that has
   *     some are broken
   */
  public static PictureCache decode(PictureSet set, PictureShape shape, long budget) {
    long side = shape.randomCrop() ? shape.resized() : shape.size();
    long need = set.pictures().size() * 3 * side * side * (shape.randomCrop() ? 3 : 2) / 2;
    if (need > budget) {
      throw new PictureDataException(
          ("%d pictures of %d pixels a side need about %d MB, allowed are %d MB:"
                  + " use fewer or smaller pictures or a larger heap (-Xmx)")
              .formatted(set.pictures().size(), side, (need >> 20) + 1, budget >> 20));
    }
    List<Decoded> decoded =
        set.pictures().parallelStream().map(file -> Decoded.of(file, shape)).toList();
    refuseBrokenClasses(set, decoded);
    return new PictureCache(shape, set, decoded);
  }

  /** How pictures were brought to size. */
  public PictureShape shape() {
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

  /** Number of pictures. */
  public int count() {
    return pictures.size();
  }

  /**
   * The file of a picture.
   *
   * @throws IndexOutOfBoundsException if index is not in [0, count)
   */
  public Path file(int index) {
    return files.get(index).file();
  }

  /**
   * The class of a picture.
   *
   * @throws IndexOutOfBoundsException if index is not in [0, count)
   */
  public int label(int index) {
    return files.get(index).label();
  }

  /**
   * A picture; its array must not be written to.
   *
   * @throws IndexOutOfBoundsException if index is not in [0, count)
   */
  public RgbPicture picture(int index) {
    return pictures.get(index);
  }

  /** The class of every picture. */
  public int[] labels() {
    return files.stream().mapToInt(LabelledPicture::label).toArray();
  }

  /** Number of pictures of each class, in the order of the labels. */
  public int[] classSizes() {
    int[] sizes = new int[classNames.size()];
    files.forEach(file -> sizes[file.label()]++);
    return sizes;
  }

  /**
   * Pictures in their order, unchanged, cut in the middle: for evaluation.
   *
   * @param first index of the first
   * @param most how many at most; fewer at the end
   * @return a batch whose index is {@code first / most}
   * @throws IllegalArgumentException if first is not in [0, count) or most is below 1
   */
  public Batch batch(int first, int most) {
    if (first < 0 || first >= count() || most < 1) {
      throw new IllegalArgumentException(
          "first is %d and most is %d: allowed are 0 to %d, and 1 and more"
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
      RgbPicture square = picture(first + i).centre(size());
      Augmentation.NONE.apply(square, labels[i], size(), Draws.of(0, 0), pixels, i * plane);
    }
    return new Batch(first / most, pixels, labels, indices);
  }

  private static void refuseBrokenClasses(PictureSet set, List<Decoded> decoded) {
    Map<Integer, String> broken = new TreeMap<>();
    for (Decoded item : decoded) {
      item.failure().ifPresent(reason -> broken.putIfAbsent(item.file().label(), reason));
    }
    decoded.stream()
        .filter(item -> item.picture().isPresent())
        .forEach(item -> broken.remove(item.file().label()));
    if (!broken.isEmpty()) {
      Map.Entry<Integer, String> first = broken.entrySet().iterator().next();
      throw new PictureDataException(
          "class '%s' has no picture that can be decoded; the first: %s"
              .formatted(set.classNames().get(first.getKey()), first.getValue()));
    }
  }

  /** A picture or the reason why there is none. */
  private record Decoded(
      LabelledPicture file, Optional<RgbPicture> picture, Optional<String> failure) {
    static Decoded of(LabelledPicture file, PictureShape shape) {
      try {
        RgbPicture picture = shape.fit(ImageFile.read(file.file()));
        return new Decoded(file, Optional.of(picture), Optional.empty());
      } catch (ImageException e) { // its message names the file
        return new Decoded(file, Optional.empty(), Optional.of(String.valueOf(e.getMessage())));
      } catch (IllegalArgumentException e) {
        return new Decoded(
            file, Optional.empty(), Optional.of(file.file() + ": " + e.getMessage()));
      }
    }
  }
}
