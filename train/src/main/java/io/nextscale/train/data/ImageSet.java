package io.nextscale.train.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * The images of a folder, not yet decoded.
 *
 * @param classNames names of the classes, in the order of their labels
 * @param images the files, by label, then by name
 * @param skipped other files of the folder, each with the reason why it is no image
 */
public record ImageSet(List<String> classNames, List<LabelledImage> images, List<String> skipped) {

  /**
   * Checks and copies the lists.
   *
   * @throws IllegalArgumentException if there is no class or no image, or a label has no class
   */
  public ImageSet {
    Objects.requireNonNull(classNames, "classNames");
    Objects.requireNonNull(images, "images");
    Objects.requireNonNull(skipped, "skipped");
    classNames = List.copyOf(classNames);
    images = List.copyOf(images);
    skipped = List.copyOf(skipped);
    if (classNames.isEmpty() || images.isEmpty()) {
      throw new IllegalArgumentException(
          "a set has %s classes and %s images, at least 1 of each is needed"
              .formatted(classNames.size(), images.size()));
    }
    for (LabelledImage image : images) {
      if (image.label() < 0 || image.label() >= classNames.size()) {
        throw new IllegalArgumentException(
            "%s has the label %s, allowed are 0 to %s"
                .formatted(image.file(), image.label(), classNames.size() - 1));
      }
    }
  }

  /**
   * Every n-th image, counted over all classes.
   *
   * @throws IllegalArgumentException if there are fewer than n images, or n is below 1
   */
  public ImageSet every(int n) {
    return part(n, true);
  }

  /** All images but every n-th. */
  public ImageSet without(int n) {
    return part(n, false);
  }

  private ImageSet part(int n, boolean nth) {
    if (n < 1) {
      throw new IllegalArgumentException("n is %s, at least 1 is needed".formatted(n));
    }
    List<LabelledImage> part = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      if (((i + 1) % n == 0) == nth) {
        part.add(images.get(i));
      }
    }
    return new ImageSet(classNames, part, nth ? List.of() : skipped);
  }

  /** Writes the numbers, not the names of thousands of files. */
  @Override
  public String toString() {
    return "ImageSet[%s images of %s classes, %s files skipped]"
        .formatted(images.size(), classNames.size(), skipped.size());
  }
}
