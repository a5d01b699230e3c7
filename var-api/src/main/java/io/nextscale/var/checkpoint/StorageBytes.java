package io.nextscale.var.checkpoint;

import java.lang.foreign.MemorySegment;

/** The bytes of a storage or a zip entry, of which parts are read when they are needed. */
interface StorageBytes {
  /** Size in bytes, as the file declares it. */
  long size();

  /**
   * Returns a part; the caller has checked it against the size.
   *
   * @throws CheckpointException if the part cannot be unpacked
   */
  MemorySegment slice(long offset, long length);

  /** Bytes that lie in the file as they are. */
  record Plain(MemorySegment bytes) implements StorageBytes {
    @Override
    public long size() {
      return bytes.byteSize();
    }

    @Override
    public MemorySegment slice(long offset, long length) {
      return bytes.asSlice(offset, length);
    }
  }
}
