package io.nextscale.var.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one file, little-endian. Each access is checked; the name of the part that is read
 * appears in the error.
 */
record FileBytes(Path path, MemorySegment bytes) {
  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt I32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong I64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  long size() {
    return bytes.byteSize();
  }

  int u8(long at, String part) {
    require(at, 1, part);
    return bytes.get(ValueLayout.JAVA_BYTE, at) & 0xff;
  }

  int u16(long at, String part) {
    require(at, 2, part);
    return bytes.get(U16, at) & 0xffff;
  }

  long u32(long at, String part) {
    require(at, 4, part);
    return bytes.get(I32, at) & 0xffff_ffffL;
  }

  /** Reads eight bytes; values of 2^63 and more come out negative. */
  long i64(long at, String part) {
    require(at, 8, part);
    return bytes.get(I64, at);
  }

  /** Returns a part of the file; offset and length may be any values from the file. */
  MemorySegment slice(long at, long length, String part) {
    require(at, length, part);
    return bytes.asSlice(at, length);
  }

  private void require(long at, long length, String part) {
    if (at < 0 || length < 0 || at > size() || length > size() - at) {
      throw malformed(
          part,
          "bytes within the file of " + size(),
          "%s bytes at %s".formatted(Long.toUnsignedString(length), Long.toUnsignedString(at)));
    }
  }

  /** Whether the file has these bytes at an offset. */
  boolean has(long at, int... expected) {
    for (int i = 0; i < expected.length; i++) {
      if (at < 0
          || at + i >= size()
          || (bytes.get(ValueLayout.JAVA_BYTE, at + i) & 0xff) != expected[i]) {
        return false;
      }
    }
    return true;
  }

  CheckpointException malformed(@Nullable String part, String expected, String found) {
    return new CheckpointException(path, part, expected, found);
  }
}
