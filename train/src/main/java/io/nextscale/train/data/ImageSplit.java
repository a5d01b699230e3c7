package io.nextscale.train.data;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Images to train on and images to evaluate on, from class folders.
 *
 * @param training images to train on
 * @param heldOut images to evaluate on
 */
public record ImageSplit(ImageSet training, ImageSet heldOut) {
  private static final int HELD_OUT = 20;

  /** Checks that no component is null. */
  public ImageSplit {
    Objects.requireNonNull(training, "training");
    Objects.requireNonNull(heldOut, "heldOut");
  }

  /**
   * Lists the images of folders.
   *
   * @param folder of training images, a sub-folder for each class
   * @param heldOut likewise; without it, every {@value #HELD_OUT}th training image is held out
   * @throws ImageDataException if a folder cannot be used, or if it has too few images to hold one
   *     out
   */
  public static ImageSplit of(Path folder, Optional<Path> heldOut) {
    ImageSet all = ImageFolder.scan(folder);
    if (heldOut.isPresent()) {
      return new ImageSplit(all, ImageFolder.scan(heldOut.get()));
    }
    if (all.images().size() < HELD_OUT) {
      throw new ImageDataException(
          "%s has %s images: at least %s are needed, as every %sth is held out"
              .formatted(folder, all.images().size(), HELD_OUT, HELD_OUT));
    }
    return new ImageSplit(all.without(HELD_OUT), all.every(HELD_OUT));
  }

  /** Decodes all images. */
  public ImageData decode(ImageShape shape, Augmentation augmentation) {
    return new ImageData(
        ImageCache.decode(training, shape),
        ImageCache.decode(heldOut, shape.evaluation()),
        augmentation);
  }
}
