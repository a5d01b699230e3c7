package io.nextscale.var.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.charset.CharacterCodingException;
import org.jspecify.annotations.Nullable;

/** Reads the bytes of a pickle in order. */
final class PickleInput {
  /** Largest pickle in bytes; 1,000 tensors take about 0.2 MB. */
  static final long MAX_SIZE = 16L << 20;

  private static final int MAX_LINE = 256;

  private final FileBytes file;
  private final FileBytes bytes;
  private final Utf8 utf8 = new Utf8();
  private long at;

  PickleInput(FileBytes file, MemorySegment pickle) {
    this.file = file;
    this.bytes = new FileBytes(file.path(), pickle);
  }

  /** Refuses a pickle that is too large. */
  static void requireSize(FileBytes file, long size) {
    if (size > MAX_SIZE) {
      throw file.malformed(
          "data.pkl", "a pickle of at most " + MAX_SIZE + " bytes", Long.toString(size));
    }
  }

  /** Number of bytes read so far. */
  long position() {
    return at;
  }

  int u8() {
    long start = advance(1);
    return bytes.u8(start, "data.pkl");
  }

  int u16() {
    long start = advance(2);
    return bytes.u16(start, "data.pkl");
  }

  long u32() {
    long start = advance(4);
    return bytes.u32(start, "data.pkl");
  }

  long i64() {
    long start = advance(8);
    return bytes.i64(start, "data.pkl");
  }

  /** Reads a little-endian integer in two's complement: a Long if it fits, else a BigInteger. */
  Number integer(int length) {
    if (length <= Long.BYTES) {
      long value = 0;
      for (int i = 0; i < length; i++) {
        value |= (long) u8() << (8 * i);
      }
      int unused = Long.SIZE - 8 * length; // sign extension
      return length == 0 ? 0L : value << unused >> unused;
    }
    byte[] value = array(length);
    byte[] bigEndian = new byte[length + 1];
    for (int i = 0; i < length; i++) {
      bigEndian[length - i] = value[i];
    }
    bigEndian[0] = (byte) (value[length - 1] < 0 ? -1 : 0);
    BigInteger integer = new BigInteger(bigEndian);
    return integer.bitLength() < Long.SIZE ? (Number) integer.longValue() : integer;
  }

  String text(long length, HeapBudget heap) {
    require(length);
    try {
      return utf8.decode(array((int) length), heap);
    } catch (CharacterCodingException e) {
      throw error("a string in UTF-8", "other bytes");
    }
  }

  /** Passes over bytes whose content is of no use. */
  void skip(long length) {
    advance(length);
  }

  /** Reads bytes of Python 2, which may be a text; null if they are none. */
  @Nullable String textOrNull(long length, HeapBudget heap) {
    require(length);
    try {
      return utf8.decode(array((int) length), heap);
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** Reads text up to the end of the line, which is not part of it. */
  String line() {
    StringBuilder line = new StringBuilder();
    for (int c = u8(); c != '\n'; c = u8()) {
      if (line.length() >= MAX_LINE) {
        throw error("a line of at most " + MAX_LINE + " characters", "a longer one");
      }
      line.append((char) c);
    }
    return line.toString();
  }

  /** Refuses lengths beyond the end of the pickle. */
  private void require(long length) {
    if (length < 0 || length > bytes.size() - at) {
      throw error(
          Long.toUnsignedString(length) + " bytes more", (bytes.size() - at) + " until its end");
    }
  }

  CheckpointException error(String expected, String found) {
    return file.malformed("data.pkl at byte " + at, expected, found);
  }

  private byte[] array(int length) {
    long start = advance(length);
    return bytes.slice(start, length, "data.pkl").toArray(ValueLayout.JAVA_BYTE);
  }

  private long advance(long length) {
    require(length);
    at += length;
    return at - length;
  }
}
