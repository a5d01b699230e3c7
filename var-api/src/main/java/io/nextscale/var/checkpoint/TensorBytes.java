package io.nextscale.var.checkpoint;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.zip.CRC32;

/** Writes elements in row-major order through a buffer of fixed size. */
final class TensorBytes {
  private static final int BUFFER = 1 << 20;

  private final WritableByteChannel out;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
  private final MemorySegment memory = MemorySegment.ofBuffer(buffer);
  private final CRC32 crc = new CRC32();
  private int filled;

  TensorBytes(WritableByteChannel out) {
    this.out = out;
  }

  /** Writes all elements; returns the CRC-32 of their bytes. */
  long write(StoredTensor tensor) throws IOException {
    crc.reset();
    long[] shape = tensor.shape();
    long[] strides = tensor.strides();
    int size = tensor.dtype().byteSize();
    int outer = shape.length; // dimensions before the block that lies in one piece
    long block = size;
    while (outer > 0 && (shape[outer - 1] == 1 || strides[outer - 1] * size == block)) {
      block *= shape[--outer];
    }
    if (tensor.elementCount() > 0) {
      writeBlocks(tensor.data(), shape, strides, outer, size, block);
    }
    flush();
    return crc.getValue();
  }

  private void writeBlocks(
      MemorySegment data, long[] shape, long[] strides, int outer, int size, long block)
      throws IOException {
    long[] index = new long[outer];
    long element = 0;
    int dimension;
    do {
      append(data, element * size, block);
      dimension = outer - 1;
      while (dimension >= 0) { // the next index, the last dimension fastest
        element += strides[dimension];
        if (++index[dimension] < shape[dimension]) {
          break;
        }
        element -= shape[dimension] * strides[dimension];
        index[dimension--] = 0;
      }
    } while (dimension >= 0);
  }

  private void append(MemorySegment data, long from, long length) throws IOException {
    long done = 0;
    while (done < length) {
      if (filled == BUFFER) {
        flush();
      }
      long part = Math.min(length - done, BUFFER - filled);
      MemorySegment.copy(data, from + done, memory, filled, part);
      filled += (int) part;
      done += part;
    }
  }

  private void flush() throws IOException {
    buffer.limit(filled).position(0);
    crc.update(buffer);
    buffer.position(0);
    while (buffer.hasRemaining()) {
      out.write(buffer);
    }
    buffer.clear();
    filled = 0;
  }
}
