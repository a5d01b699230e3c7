package io.nextscale.var.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The bytes of one file, little-endian; each access is checked and says what it was for. */
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

  int u8(long at, String what) {
    require(at, 1, what);
    return bytes.get(ValueLayout.JAVA_BYTE, at) & 0xff;
  }

  int u16(long at, String what) {
    require(at, 2, what);
    return bytes.get(U16, at) & 0xffff;
  }

  long u32(long at, String what) {
    require(at, 4, what);
    return bytes.get(I32, at) & 0xffff_ffffL;
  }

  /** Eight bytes; values of 2^63 and more come out negative. */
  long i64(long at, String what) {
    require(at, 8, what);
    return bytes.get(I64, at);
  }

  /** Part of the file, of any numbers that the file may hold. */
  MemorySegment slice(long at, long length, String what) {
    require(at, length, what);
    return bytes.asSlice(at, length);
  }

  private void require(long at, long length, String what) {
    if (at < 0 || length < 0 || at > size() || length > size() - at) {
      throw malformed(
          what,
          "bytes within the file of " + size(),
          Long.toUnsignedString(length) + " bytes at " + Long.toUnsignedString(at));
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

  CheckpointException malformed(@Nullable String what, String expected, String found) {
    return new CheckpointException(path, what, expected, found);
  }
}
