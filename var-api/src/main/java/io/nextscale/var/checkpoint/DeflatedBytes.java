package io.nextscale.var.checkpoint;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Bytes that a zip archive holds deflated. Each part is unpacked when it is asked for, so that a
 * small archive takes no more memory than the tensors that are wanted of it.
 *
 * @param name of the entry, for messages
 * @param arena owner of unpacked parts
 */
record DeflatedBytes(FileBytes file, String name, MemorySegment packed, long size, Arena arena)
    implements StorageBytes {
  private static final int BUFFER = 1 << 16;

  /** Largest ratio of deflate: 258 bytes in two bits. */
  private static final long MOST = 1032;

  DeflatedBytes {
    if (size < 0 || size / MOST > packed.byteSize()) {
      throw file.malformed(
          name,
          "at most %s bytes unpacked for each packed one".formatted(MOST),
          "%s for %s".formatted(Long.toUnsignedString(size), packed.byteSize()));
    }
  }

  @Override
  public MemorySegment slice(long offset, long length) {
    MemorySegment target = arena.allocate(length, Long.BYTES);
    byte[] buffer = new byte[BUFFER];
    long end = offset + length;
    Inflater inflater = new Inflater(true);
    try {
      long taken = 0;
      long at = 0;
      while (at < end) {
        if (inflater.needsInput() && taken < packed.byteSize()) {
          long part = Math.min(BUFFER, packed.byteSize() - taken);
          inflater.setInput(packed.asSlice(taken, part).toArray(ValueLayout.JAVA_BYTE));
          taken += part;
        }
        int filled = inflater.inflate(buffer);
        if (filled == 0 && (inflater.finished() || taken == packed.byteSize())) {
          throw file.malformed(name, size + " bytes unpacked", at + " before its end");
        }
        long from = Math.max(at, offset);
        long to = Math.min(at + filled, end);
        if (to > from) {
          MemorySegment.copy(
              MemorySegment.ofArray(buffer), from - at, target, from - offset, to - from);
        }
        at += filled;
      }
    } catch (DataFormatException e) {
      throw new CheckpointException(
          file.path(), name, "deflated data", String.valueOf(e.getMessage()), e);
    } finally {
      inflater.end();
    }
    return target;
  }
}
