package io.nextscale.evaluate.image;

import io.nextscale.evaluate.error.EvaluationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/** A set of images in an order that stays the same. */
public interface ImageSet {
  /** The folder or the file. */
  Path path();

  /** Number of images. */
  int size();

  /** A text that changes with the images: their number, names, sizes in bytes and times. */
  String fingerprint();

  /** Opens the set at an image, 0 to {@link #size()}. */
  Images open(int first);

  /** An open set, read from one image to the next by one thread. */
  interface Images extends AutoCloseable {
    /**
     * Returns the next image, decoded when the supplier is asked, which may be on another thread.
     *
     * @throws EvaluationException if the file is damaged; so does the supplier
     */
    Supplier<RgbSamples> next();

    @Override
    void close();
  }

  /**
   * Finds the images of a folder (PNG, JPEG and other files that ImageIO reads, also in folders
   * below, in the order of their paths) or of the array {@code arr_0} of an npz file.
   *
   * @throws EvaluationException if there are none, or they are not 8-bit RGB
   */
  static ImageSet of(Path path) {
    return Files.isDirectory(path) ? FolderImages.list(path) : NpzImages.read(path);
  }
}
