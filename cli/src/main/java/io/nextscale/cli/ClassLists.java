package io.nextscale.cli;

import java.util.Collections;
import java.util.List;

/** Classes given for pictures. */
final class ClassLists {
  private ClassLists() {}

  /** One class for each picture: as given, or the one that was given for all. */
  static List<String> forPictures(List<String> given, int pictures) {
    if (given.size() == 1) {
      return Collections.nCopies(pictures, given.getFirst());
    }
    if (given.size() != pictures) {
      throw CommandException.usage(
          "--class names "
              + given.size()
              + " classes for "
              + pictures
              + " pictures: expected one for each, or one for all");
    }
    return given;
  }
}
