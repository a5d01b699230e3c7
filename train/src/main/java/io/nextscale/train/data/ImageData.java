package io.nextscale.train.data;


/**
 * The images of a training.
 *
 * @param training what is trained on
 * @param heldOut what is evaluated on and never trained on; same size and classes
 * @param augmentation how training images are changed each time they are drawn
 */
public record ImageData(ImageCache training, ImageCache heldOut, Augmentation augmentation) {
  /** Checks that both sets fit each other. */
  public ImageData {
    if (training.size() != heldOut.size()) {
      throw new IllegalArgumentException(
          "held-out images of "
              + heldOut.size()
              + " pixels a side, training images of "
              + training.size());
    }
    if (!training.classNames().equals(heldOut.classNames())) {
      throw new IllegalArgumentException(
          "the held-out classes "
              + heldOut.classNames()
              + " are not those trained on, "
              + training.classNames());
    }
  }
}
