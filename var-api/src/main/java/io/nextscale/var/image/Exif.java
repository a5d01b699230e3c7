package io.nextscale.var.image;

import java.nio.ByteBuffer;
import java.util.OptionalInt;

/** Reads the orientation from EXIF data, which have the form of a TIFF file. */
final class Exif {
  private static final int ORIENTATION = 0x0112;

  private Exif() {}

  /** Returns the orientation in the first directory; upright if there is none or it is damaged. */
  static Orientation orientation(ByteBuffer data) {
    OptionalInt number = TiffDirectory.of(data).number(ORIENTATION);
    return number.isPresent() ? Orientation.of(number.getAsInt()) : Orientation.UPRIGHT;
  }
}
