package io.nextscale.evaluate.npz;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.time.LocalDateTime;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes arrays as {@code .npz}. Equal content gives equal bytes: entries have no time of the
 * clock.
 */
public final class NpzWriter implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final ZipOutputStream zip;

  /** Writes to a channel, such as that of a temporary file; closing this does not close it. */
  public NpzWriter(WritableByteChannel channel) {
    OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
    zip = new ZipOutputStream(out);
    zip.setLevel(Deflater.BEST_SPEED);
  }

  /**
   * Begins an array; its elements follow by {@link #write}, in row-major order.
   *
   * @throws IOException if the file cannot be written
   */
  public void begin(String name, NpyType type, long... shape) throws IOException {
    ZipEntry entry = new ZipEntry(name + ".npy");
    entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
    zip.putNextEntry(entry);
    zip.write(new NpyHeader(type, false, shape).bytes());
  }

  /**
   * Writes the next bytes of the elements.
   *
   * @throws IOException if the file cannot be written
   */
  public void write(byte[] bytes) throws IOException {
    zip.write(bytes);
  }

  /**
   * Writes a whole array of float64.
   *
   * @throws IOException if the file cannot be written
   */
  public void write(String name, double[] values, long... shape) throws IOException {
    begin(name, NpyType.F8, shape);
    ByteBuffer block = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      if (!block.hasRemaining()) {
        zip.write(block.array());
        block.clear();
      }
      block.putDouble(value);
    }
    zip.write(block.array(), 0, block.position());
  }

  /** Ends the archive. */
  @Override
  public void close() throws IOException {
    zip.finish();
    zip.flush();
  }
}
