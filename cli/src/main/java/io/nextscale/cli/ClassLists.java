package io.nextscale.cli;

import java.util.Collections;
import java.util.List;

/** Classes given for images. */
final class ClassLists {
  private ClassLists() {}

  /** One class for each image: as given, or the one that was given for all. */
  static List<String> forImages(List<String> given, int images) {
    if (given.size() == 1) {
      return Collections.nCopies(images, given.getFirst());
    }
    if (given.size() != images) {
      throw CommandException.usage(
          "--class names "
              + given.size()
              + " classes for "
              + images
              + " images: expected one for each, or one for all");
    }
    return given;
  }
}
