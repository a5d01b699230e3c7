package io.nextscale.var.checkpoint;

/**
 * Where the central directory of a zip archive is, from the records at the archive's end.
 *
 * @param start first byte of the directory
 * @param size its bytes
 * @param count its entries
 */
record ZipTail(long start, long size, long count) {
  private static final String WHAT = "end of the zip archive";

  static ZipTail find(FileBytes file) {
    long end = endRecord(file);
    ZipTail small =
        new ZipTail(file.u32(end + 16, WHAT), file.u32(end + 12, WHAT), file.u16(end + 10, WHAT));
    if (file.u16(end + 4, WHAT) != 0
        || file.u16(end + 6, WHAT) != 0
        || file.u16(end + 8, WHAT) != small.count) {
      throw file.malformed(WHAT, "an archive in one part", "numbers of several parts");
    }
    long locator = end - ZipFormat.END_64_LOCATOR_SIZE;
    ZipTail tail = small;
    if (locator >= 0 && file.u32(locator, WHAT) == ZipFormat.END_64_LOCATOR) {
      long end64 = file.i64(locator + 8, WHAT);
      tail = read64(file, end64, locator);
      require(file, agree(small.start, tail.start, ZipFormat.ELSEWHERE_32));
      require(file, agree(small.size, tail.size, ZipFormat.ELSEWHERE_32));
      require(file, agree(small.count, tail.count, ZipFormat.ELSEWHERE_16));
      end = end64;
    }
    file.slice(tail.start, tail.size, "zip directory");
    if (tail.start + tail.size != end) {
      throw file.malformed(
          WHAT, "the zip directory right before it", "one from " + tail.start + " of " + tail.size);
    }
    return tail;
  }

  private static long endRecord(FileBytes file) {
    long last = file.size() - ZipFormat.END_SIZE;
    for (long at = last; at >= Math.max(0, last - 0xffff); at--) {
      if (file.u32(at, WHAT) == ZipFormat.END && at + file.u16(at + 20, WHAT) == last) {
        return at;
      }
    }
    throw file.malformed(WHAT, "an end record", "none; is the file cut short?");
  }

  private static ZipTail read64(FileBytes file, long at, long locator) {
    file.slice(at, ZipFormat.END_64_SIZE, WHAT);
    require(file, file.u32(at, WHAT) == ZipFormat.END_64);
    require(file, file.i64(at + 4, WHAT) == locator - at - 12);
    require(file, file.u32(at + 16, WHAT) == 0 && file.u32(at + 20, WHAT) == 0);
    require(file, file.i64(at + 24, WHAT) == file.i64(at + 32, WHAT));
    return new ZipTail(file.i64(at + 48, WHAT), file.i64(at + 40, WHAT), file.i64(at + 32, WHAT));
  }

  private static boolean agree(long small, long large, long elsewhere) {
    return small == elsewhere || small == large;
  }

  private static void require(FileBytes file, boolean condition) {
    if (!condition) {
      throw file.malformed(WHAT, "a consistent zip64 end record", "one that contradicts itself");
    }
  }
}
