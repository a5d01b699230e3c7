package io.nextscale.evaluate.image;

import io.nextscale.evaluate.error.EvaluationException;
import io.nextscale.evaluate.npz.NpyStream;
import io.nextscale.evaluate.npz.NpyType;
import io.nextscale.evaluate.npz.NpzFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * The images of the array {@code arr_0} of an npz file, read from its beginning to its end.
 *
 * @param path the file
 * @param size number of images
 * @param height rows of each image
 * @param width columns of each image
 * @param fingerprint size and time of the file
 */
record NpzImages(Path path, int size, int height, int width, String fingerprint)
    implements ImageSet {
  /** Name of the array that holds the images in the files of the official evaluators. */
  static final String ARRAY = "arr_0";

  private static final long MAX_IN_MEMORY = 1 << 30;

  static NpzImages read(Path path) {
    try (NpzFile file = NpzFile.open(path);
        NpyStream array = file.array(ARRAY)) {
      long[] shape = array.shape();
      if (array.type().kind() != NpyType.Kind.U1) {
        throw new EvaluationException(
            path,
            ARRAY,
            "elements of type %s: expected images of u1, 0 to 255".formatted(array.type().kind()));
      }
      if (shape.length != 4 || shape[3] != 3 || shape[0] < 1 || shape[1] < 1 || shape[2] < 1) {
        throw new EvaluationException(
            path,
            ARRAY,
            "shape %s: expected (images, height, width, 3)".formatted(Arrays.toString(shape)));
      }
      long pixels = shape[1] * shape[2];
      if (shape[0] > Integer.MAX_VALUE || pixels > Integer.MAX_VALUE / 3) {
        throw new EvaluationException(
            path, ARRAY, "shape %s is too large".formatted(Arrays.toString(shape)));
      }
      if (array.fortranOrder() && shape[0] * pixels * 3 > MAX_IN_MEMORY) {
        throw new EvaluationException(
            path,
            ARRAY,
            "%s bytes in Fortran order: expected at most %s, or C order"
                .formatted(shape[0] * pixels * 3, MAX_IN_MEMORY));
      }
      String fingerprint = Files.size(path) + " " + Files.getLastModifiedTime(path);
      return new NpzImages(path, (int) shape[0], (int) shape[1], (int) shape[2], fingerprint);
    } catch (IOException e) {
      throw new EvaluationException(path, null, "cannot be read: " + e.getMessage(), e);
    }
  }

  @Override
  public Images open(int first) {
    NpzFile file = NpzFile.open(path);
    boolean opened = false;
    try {
      NpyStream array = file.array(ARRAY);
      Supplier<byte[]> source = array.fortranOrder() ? inMemory(array) : inOrder(array);
      for (int i = 0; i < first; i++) {
        source.get();
      }
      opened = true;
      return images(file, array, source);
    } finally {
      if (!opened) {
        file.close(); // and the arrays that it opened
      }
    }
  }

  private Images images(NpzFile file, NpyStream array, Supplier<byte[]> source) {
    return new Images() {
      @Override
      public Supplier<RgbSamples> next() {
        RgbSamples image = new RgbSamples(height, width, source.get());
        return () -> image;
      }

      @Override
      public void close() {
        array.close();
        file.close();
      }
    };
  }

  private Supplier<byte[]> inOrder(NpyStream array) {
    return () -> {
      byte[] image = new byte[3 * height * width];
      array.readFully(image);
      return image;
    };
  }

  private Supplier<byte[]> inMemory(NpyStream array) {
    byte[] all = new byte[3 * size * height * width];
    array.readFully(all);
    int[] next = {0};
    return () -> {
      int index = next[0]++;
      byte[] image = new byte[3 * height * width];
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          for (int c = 0; c < 3; c++) {
            image[3 * (y * width + x) + c] = all[index + size * (y + height * (x + width * c))];
          }
        }
      }
      return image;
    };
  }
}
