package io.nextscale.var.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The first directory of a TIFF file (TIFF 6.0, section 2), or of EXIF data, which have its form.
 *
 * @param data the file, in its byte order
 * @param entries offsets of the entries, none of which is cut off
 */
record TiffDirectory(ByteBuffer data, List<Integer> entries) {
  private static final int HEADER = 8;
  private static final int ENTRY = 12;
  private static final int INLINE = 4;
  private static final int SHORT = 3;

  /** Bytes of a value of each type, from BYTE to IFD; 0: there is no such type. */
  private static final int[] SIZES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};

  /** Reads the places of the entries; a damaged file has none, or fewer. */
  static TiffDirectory of(ByteBuffer file) {
    ByteBuffer tiff = file.slice();
    List<Integer> entries = new ArrayList<>();
    if (tiff.remaining() < HEADER) {
      return new TiffDirectory(tiff, entries);
    }
    tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int at = tiff.getInt(4);
    if (tiff.getShort(2) == 42 && at >= HEADER && at <= tiff.capacity() - 2) {
      int count = tiff.getShort(at) & 0xffff;
      for (int i = 0; i < count; i++) {
        int entry = at + 2 + i * ENTRY;
        if (entry <= tiff.capacity() - ENTRY) {
          entries.add(entry);
        }
      }
    }
    return new TiffDirectory(tiff, entries);
  }

  int tag(int entry) {
    return data.getShort(entry) & 0xffff;
  }

  int type(int entry) {
    return data.getShort(entry + 2) & 0xffff;
  }

  /** Whether the type of an entry is one of TIFF 6.0. */
  boolean isKnown(int entry) {
    int type = type(entry);
    return type > 0 && type < SIZES.length;
  }

  /** The first value of the first SHORT entry of a tag, in the entry itself. */
  OptionalInt number(int tag) {
    return entries.stream()
        .filter(entry -> tag(entry) == tag && type(entry) == SHORT)
        .mapToInt(entry -> data.getShort(entry + 8))
        .findFirst();
  }

  /**
   * The bytes of the values of a tag, of each of its entries; of values that lie outside the file
   * none.
   */
  List<Values> values(int tag) {
    List<Values> all = new ArrayList<>();
    for (int entry : entries) {
      if (tag(entry) == tag && isKnown(entry)) {
        int size = SIZES[type(entry)];
        long bytes = (data.getInt(entry + 4) & 0xffffffffL) * size;
        long at = bytes <= INLINE ? entry + 8 : data.getInt(entry + 8) & 0xffffffffL;
        if (at + bytes <= data.capacity()) {
          all.add(new Values(data.slice((int) at, (int) bytes).order(data.order()), size));
        }
      }
    }
    return all;
  }

  /**
   * Values of an entry.
   *
   * @param size bytes of one
   */
  record Values(ByteBuffer bytes, int size) {
    int count() {
      return bytes.capacity() / size;
    }

    /** A whole number without a sign; of other types something. */
    long get(int index) {
      return switch (size) {
        case 1 -> bytes.get(index) & 0xff;
        case 2 -> bytes.getShort(2 * index) & 0xffff;
        default -> bytes.getInt(size * index) & 0xffffffffL;
      };
    }
  }
}
