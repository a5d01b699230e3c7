package io.nextscale.train.data;

import java.util.ArrayList;
import java.util.List;

/**
 * The pictures of a folder, not yet decoded.
 *
 * @param classNames names of the classes, in the order of their labels
 * @param pictures the files, by label, then by name
 * @param skipped what lay there and is no picture by its name, each with the reason
 */
public record PictureSet(
    List<String> classNames, List<LabelledPicture> pictures, List<String> skipped) {

  /**
   * Checks and copies the lists.
   *
   * @throws IllegalArgumentException if there is no class or no picture, or a label has no class
   */
  public PictureSet {
    classNames = List.copyOf(classNames);
    pictures = List.copyOf(pictures);
    skipped = List.copyOf(skipped);
    if (classNames.isEmpty() || pictures.isEmpty()) {
      throw new IllegalArgumentException(
          "a set has %d classes and %d pictures, at least 1 of each is needed"
              .formatted(classNames.size(), pictures.size()));
    }
    for (LabelledPicture picture : pictures) {
      if (picture.label() < 0 || picture.label() >= classNames.size()) {
        throw new IllegalArgumentException(
            "%s has the label %d, allowed are 0 to %d"
                .formatted(picture.file(), picture.label(), classNames.size() - 1));
      }
    }
  }

  /**
   * Every n-th picture, counted over all classes.
   *
   * @throws IllegalArgumentException if there are fewer than n pictures, or n is below 1
   */
  public PictureSet every(int n) {
    return part(n, true);
  }

  /** All pictures but every n-th. */
  public PictureSet without(int n) {
    return part(n, false);
  }

  private PictureSet part(int n, boolean nth) {
    if (n < 1) {
      throw new IllegalArgumentException("n is " + n + ", at least 1 is needed");
    }
    List<LabelledPicture> part = new ArrayList<>();
    for (int i = 0; i < pictures.size(); i++) {
      if (((i + 1) % n == 0) == nth) {
        part.add(pictures.get(i));
      }
    }
    return new PictureSet(classNames, part, nth ? List.of() : skipped);
  }
}
