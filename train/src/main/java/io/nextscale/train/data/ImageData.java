package io.nextscale.train.data;

import java.util.Objects;

/**
 * The images of a training.
 *
 * @param training images to train on
 * @param heldOut images to evaluate on, never trained on; same size and classes
 * @param augmentation change of a training image each time it is drawn
 */
public record ImageData(ImageCache training, ImageCache heldOut, Augmentation augmentation) {
  /** Checks that both sets fit each other. */
  public ImageData {
    Objects.requireNonNull(training, "training");
    Objects.requireNonNull(heldOut, "heldOut");
    Objects.requireNonNull(augmentation, "augmentation");
    if (training.size() != heldOut.size()) {
      throw new IllegalArgumentException(
          "held-out images of %s pixels a side, training images of %s: expected the same"
              .formatted(heldOut.size(), training.size()));
    }
    if (!training.classNames().equals(heldOut.classNames())) {
      throw new IllegalArgumentException(
          "held-out classes %s: expected those of the training images, %s"
              .formatted(heldOut.classNames(), training.classNames()));
    }
  }
}
