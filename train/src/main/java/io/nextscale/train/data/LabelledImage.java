package io.nextscale.train.data;

import java.nio.file.Path;
import java.util.Objects;

/**
 * An image file and its class.
 *
 * @param file where it lies
 * @param label index of its class in {@link ImageSet#classNames()}
 */
public record LabelledImage(Path file, int label) {
  /** Checks that no component is null. */
  public LabelledImage {
    Objects.requireNonNull(file, "file");
  }
}
