package io.nextscale.var.checkpoint;

/**
 * The place of a zip archive's central directory, read from the records at the archive's end.
 *
 * @param start offset of the directory's first byte
 * @param size size of the directory in bytes
 * @param count number of entries
 */
record ZipTail(long start, long size, long count) {
  private static final String PART = "end of the zip archive";

  static ZipTail find(FileBytes file) {
    long end = endRecord(file);
    ZipTail small =
        new ZipTail(file.u32(end + 16, PART), file.u32(end + 12, PART), file.u16(end + 10, PART));
    if (file.u16(end + 4, PART) != 0
        || file.u16(end + 6, PART) != 0
        || file.u16(end + 8, PART) != small.count) {
      throw file.malformed(PART, "an archive in one part", "several parts");
    }
    long locator = end - ZipFormat.END_64_LOCATOR_SIZE;
    ZipTail tail = small;
    if (locator >= 0 && file.u32(locator, PART) == ZipFormat.END_64_LOCATOR) {
      long end64 = file.i64(locator + 8, PART);
      tail = read64(file, end64, locator);
      require(file, agree(small.start, tail.start, ZipFormat.ELSEWHERE_32));
      require(file, agree(small.size, tail.size, ZipFormat.ELSEWHERE_32));
      require(file, agree(small.count, tail.count, ZipFormat.ELSEWHERE_16));
      end = end64;
    }
    file.slice(tail.start, tail.size, "zip directory");
    if (tail.start + tail.size != end) {
      throw file.malformed(
          PART,
          "the zip directory right before it",
          "one of %s bytes at %s".formatted(tail.size, tail.start));
    }
    return tail;
  }

  private static long endRecord(FileBytes file) {
    long last = file.size() - ZipFormat.END_SIZE;
    for (long at = last; at >= Math.max(0, last - 0xffff); at--) {
      if (file.u32(at, PART) == ZipFormat.END && at + file.u16(at + 20, PART) == last) {
        return at;
      }
    }
    throw file.malformed(PART, "an end record", "none; is the file cut short?");
  }

  private static ZipTail read64(FileBytes file, long at, long locator) {
    file.slice(at, ZipFormat.END_64_SIZE, PART);
    require(file, file.u32(at, PART) == ZipFormat.END_64);
    require(file, file.i64(at + 4, PART) == locator - at - 12);
    require(file, file.u32(at + 16, PART) == 0 && file.u32(at + 20, PART) == 0);
    require(file, file.i64(at + 24, PART) == file.i64(at + 32, PART));
    return new ZipTail(file.i64(at + 48, PART), file.i64(at + 40, PART), file.i64(at + 32, PART));
  }

  private static boolean agree(long small, long large, long elsewhere) {
    return small == elsewhere || small == large;
  }

  private static void require(FileBytes file, boolean condition) {
    if (!condition) {
      throw file.malformed(PART, "a consistent zip64 end record", "one that contradicts itself");
    }
  }
}
