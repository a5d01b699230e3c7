package io.nextscale.var.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Reads the orientation from EXIF data, which have the form of a TIFF file. */
final class Exif {
  private static final int ORIENTATION = 0x0112;
  private static final int SHORT = 3;
  private static final int HEADER = 8;
  private static final int ENTRY = 12;

  private Exif() {}

  /** Returns the orientation in the first directory; upright if there is none or it is damaged. */
  static Orientation orientation(ByteBuffer data) {
    ByteBuffer tiff = data.slice();
    if (tiff.remaining() < HEADER) {
      return Orientation.UPRIGHT;
    }
    tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int at = tiff.getInt(4);
    if (tiff.getShort(2) != 42 || at < HEADER || at > tiff.capacity() - 2) {
      return Orientation.UPRIGHT;
    }
    int entries = tiff.getShort(at) & 0xffff;
    for (int i = 0; i < entries; i++) {
      int entry = at + 2 + i * ENTRY;
      if (entry > tiff.capacity() - ENTRY) {
        break;
      }
      if ((tiff.getShort(entry) & 0xffff) == ORIENTATION && tiff.getShort(entry + 2) == SHORT) {
        return Orientation.of(tiff.getShort(entry + 8));
      }
    }
    return Orientation.UPRIGHT;
  }
}
