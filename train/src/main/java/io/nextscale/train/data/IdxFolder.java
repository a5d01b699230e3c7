package io.nextscale.train.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Reads grey images and their labels from a folder of IDX files, the format of MNIST and
 * Fashion-MNIST: {@code train-images-idx3-ubyte.gz} with (count, rows, columns) levels, {@code
 * train-labels-idx1-ubyte.gz} with (count) labels, and the same of {@code t10k}.
 *
 * <p>Classes are named "0" to "9" unless a file {@value ImageFolder#CLASSES} beside names them in
 * order, one a line.
 */
public final class IdxFolder {
  /** Bytes of the objects around the levels of an image, rounded up. */
  private static final long OVERHEAD = 64;

  private IdxFolder() {}

  /** Part of the data set. */
  public enum Part {
    /** For training. */
    TRAIN("train"),
    /** Held out. */
    TEST("t10k");

    private final String prefix;

    Part(String prefix) {
      this.prefix = prefix;
    }

    private Path file(Path folder, String kind) {
      return folder.resolve(prefix + "-" + kind + "-ubyte.gz");
    }
  }

  /**
   * Reads images, if they fit half of the Java heap.
   *
   * @throws IllegalArgumentException as {@link #read(Path, Part, int, int, long)}
   * @throws ImageDataException as {@link #read(Path, Part, int, int, long)}
   */
  public static ImageCache read(Path folder, Part part, int size, int most) {
    return read(folder, part, size, most, Runtime.getRuntime().maxMemory() / 2);
  }

  /**
   * Reads images. Each is padded with black to a square, centred (an odd rest goes to the bottom
   * and the right), and has its level in all three colours.
   *
   * @param size side of the squares in pixels, 1 to 4096; 32 for Fashion-MNIST's 28 x 28
   * @param most largest number of images, from the beginning of the file; 1 and more. The rest is
   *     not read
   * @param budget bytes that the images may take in memory
   * @return a cache whose {@link ImageCache#file} is the file with the images
   * @throws IllegalArgumentException if size or most is out of range
   * @throws ImageDataException if a file is missing, is no such IDX file, ends early or goes on
   *     after what its header counts, if the images are larger than the squares or do not fit the
   *     budget, if the files count differently, or a label has no class
   */
  public static ImageCache read(Path folder, Part part, int size, int most, long budget) {
    if (size < 1 || size > ImageShape.MOST) {
      throw new IllegalArgumentException(
          "size is %s, allowed are 1 to %s".formatted(size, ImageShape.MOST));
    }
    if (most < 1) {
      throw new IllegalArgumentException("most is " + most + ", allowed are 1 and more");
    }
    List<String> classNames = classNames(folder);
    Path imageFile = part.file(folder, "images-idx3");
    Path labelFile = part.file(folder, "labels-idx1");
    try (IdxFile levels = IdxFile.open(imageFile);
        IdxFile labels = IdxFile.open(labelFile)) {
      levels.magic(3);
      int count = levels.size("images", Integer.MAX_VALUE);
      int rows = levels.size("rows", size);
      int columns = levels.size("columns", size);
      labels.magic(1);
      int labelCount = labels.size("labels", Integer.MAX_VALUE);
      if (labelCount != count) {
        throw new ImageDataException(
            "%s has %s labels, allowed are %s, one for each image of %s"
                .formatted(labelFile, labelCount, count, imageFile.getFileName()));
      }
      int number = Math.min(count, most);
      long need = number * (3L * size * size + OVERHEAD);
      ImageCache.checkBudget(imageFile + ": ", number, size, need, budget);
      int[] classes = labels(labels, labelFile, number, count, classNames.size());
      List<RgbImage> images = images(levels, rows, columns, size, number, count);
      return ImageCache.of(imageFile, classNames, images, classes);
    }
  }

  private static int[] labels(IdxFile labels, Path file, int number, int count, int classes) {
    byte[] label = new byte[1];
    int[] result = new int[number];
    for (int i = 0; i < number; i++) {
      labels.next(label, count);
      result[i] = label[0] & 255;
      if (result[i] >= classes) {
        throw new ImageDataException(
            "%s: label %s is %s, allowed are 0 to %s".formatted(file, i, result[i], classes - 1));
      }
    }
    if (number == count) {
      labels.end();
    }
    return result;
  }

  private static List<RgbImage> images(
      IdxFile levels, int rows, int columns, int size, int number, int count) {
    byte[] grey = new byte[rows * columns];
    List<RgbImage> result = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      levels.next(grey, count);
      result.add(padded(grey, rows, columns, size));
    }
    if (number == count) {
      levels.end();
    }
    return result;
  }

  private static RgbImage padded(byte[] grey, int rows, int columns, int size) {
    byte[] levels = new byte[3 * size * size]; // black
    int top = (size - rows) / 2;
    int left = (size - columns) / 2;
    for (int y = 0; y < rows; y++) {
      int at = 3 * ((top + y) * size + left);
      for (int x = 0; x < columns; x++) {
        for (int c = 0; c < 3; c++) {
          levels[at + 3 * x + c] = grey[y * columns + x];
        }
      }
    }
    return new RgbImage(size, size, levels);
  }

  private static List<String> classNames(Path folder) {
    Path list = folder.resolve(ImageFolder.CLASSES);
    return Files.isRegularFile(list)
        ? ImageFolder.names(list)
        : IntStream.range(0, 10).mapToObj(Integer::toString).toList();
  }
}
