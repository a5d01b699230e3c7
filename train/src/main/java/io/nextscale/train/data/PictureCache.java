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

  private PictureCache(
      PictureShape shape,
      List<String> classNames,
      List<String> skipped,
      List<LabelledPicture> files,
      List<RgbPicture> pictures) {
    this.shape = shape;
    this.classNames = List.copyOf(classNames);
    this.skipped = List.copyOf(skipped);
    this.files = List.copyOf(files);
    this.pictures = List.copyOf(pictures);
  }

  /**
   * Pictures that are in memory already.
   *
   * @param source the file they come from: {@link #file} of each
   * @param classNames names of the classes, in the order of their labels
   * @param pictures squares of one size, at least one; nobody writes to their arrays
   * @param labels class of each picture
   * @throws IllegalArgumentException if there is no picture, one is not a square as large as the
   *     first, there are more or fewer labels, or a label has no class
   */
  public static PictureCache of(
      Path source, List<String> classNames, List<RgbPicture> pictures, int[] labels) {
    if (pictures.isEmpty() || pictures.size() != labels.length) {
      throw new IllegalArgumentException(
          "there are %d pictures and %d labels: at least 1 picture is needed, and a label for each"
              .formatted(pictures.size(), labels.length));
    }
    int size = pictures.getFirst().height();
    List<LabelledPicture> files = new ArrayList<>(labels.length);
    for (int i = 0; i < labels.length; i++) {
      RgbPicture picture = pictures.get(i);
      if (picture.height() != size || picture.width() != size) {
        throw new IllegalArgumentException(
            "picture %d has %d rows and %d columns, allowed are squares of %d, as the first has rows"
                .formatted(i, picture.height(), picture.width(), size));
      }
      if (labels[i] < 0 || labels[i] >= classNames.size()) {
        throw new IllegalArgumentException(
            "label %d is %d, allowed are 0 to %d".formatted(i, labels[i], classNames.size() - 1));
      }
      files.add(new LabelledPicture(source, labels[i]));
    }
    return new PictureCache(PictureShape.centred(size), classNames, List.of(), files, pictures);
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
    checkBudget("", set.pictures().size(), side, need, budget);
    List<Decoded> decoded =
        set.pictures().parallelStream().map(file -> Decoded.of(file, shape)).toList();
    refuseBrokenClasses(set, decoded);
    List<String> skipped = new ArrayList<>(set.skipped());
    decoded.forEach(item -> item.failure().ifPresent(skipped::add));
    List<Decoded> good = decoded.stream().filter(item -> item.picture().isPresent()).toList();
    return new PictureCache(
        shape,
        set.classNames(),
        skipped,
        good.stream().map(Decoded::file).toList(),
        good.stream().flatMap(item -> item.picture().stream()).toList());
  }

  /**
   * Checks that pictures fit into memory, before any is there.
   *
   * @param where begins the message: the file that counts them, or nothing
   * @param need bytes
   */
  static void checkBudget(String where, int count, long side, long need, long budget) {
    if (need > budget) {
      throw new PictureDataException(
          ("%s%d pictures of %d pixels a side need about %d MB, allowed are %d MB:"
                  + " use fewer or smaller pictures or a larger heap (-Xmx)")
              .formatted(where, count, side, (need >> 20) + 1, budget >> 20));
    }
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
   * The file that a picture comes from.
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
