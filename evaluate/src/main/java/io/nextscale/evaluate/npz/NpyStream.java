package io.nextscale.evaluate.npz;

import io.nextscale.evaluate.error.EvaluationException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipEntry;

/**
 * An array of a file, read from its beginning to its end without being held in memory. The size
 * that the archive states is compared with the shape before an element is read.
 */
public final class NpyStream implements AutoCloseable {
  private static final int BLOCK = 1 << 16;

  private final Path file;
  private final String name;
  private final InputStream stream;
  private final NpyHeader header;

  private NpyStream(Path file, String name, InputStream stream, NpyHeader header) {
    this.file = file;
    this.name = name;
    this.stream = stream;
    this.header = header;
  }

  static NpyStream open(Path file, String name, ZipEntry entry, InputStream raw) {
    CountingStream stream = new CountingStream(raw);
    try {
      NpyHeader header = NpyHeader.read(stream);
      long expected = stream.count() + header.elements() * header.type().bytes();
      if (entry.getSize() != expected) {
        throw new IOException(
            "it has %s bytes, its shape %s needs %s"
                .formatted(entry.getSize(), Arrays.toString(header.shape()), expected));
      }
      return new NpyStream(file, name, stream, header);
    } catch (IOException e) {
      throw new EvaluationException(file, name, e.getMessage(), e);
    }
  }

  /** Type of the elements. */
  public NpyType type() {
    return header.type();
  }

  /** Whether the first dimension is the fastest; else the last one is. */
  public boolean fortranOrder() {
    return header.fortranOrder();
  }

  /** Sizes of the dimensions. */
  public long[] shape() {
    return header.shape();
  }

  /**
   * Reads the next bytes of the elements, in the order of the file.
   *
   * @throws EvaluationException if the array ends before, or is damaged
   */
  public void readFully(byte[] target) {
    try {
      int read = stream.readNBytes(target, 0, target.length);
      if (read < target.length) {
        throw new EOFException("it ends too early");
      }
    } catch (IOException e) {
      throw new EvaluationException(file, name, "cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Reads all elements as float64, in row-major order.
   *
   * @param limit largest number of elements to accept
   * @throws EvaluationException if there are more, or if the array is damaged
   */
  public double[] readAll(long limit) {
    long elements = header.elements();
    if (elements > limit) {
      throw new EvaluationException(
          file,
          name,
          "it has the shape %s: expected at most %s elements"
              .formatted(Arrays.toString(header.shape()), limit));
    }
    double[] values = new double[(int) elements];
    int bytes = header.type().bytes();
    byte[] block = new byte[BLOCK];
    for (int at = 0; at < values.length; ) {
      int count = Math.min(BLOCK / bytes, values.length - at);
      byte[] part = count * bytes == BLOCK ? block : new byte[count * bytes];
      readFully(part);
      ByteBuffer buffer = ByteBuffer.wrap(part).order(header.type().order());
      for (int i = 0; i < count; i++) {
        values[at++] = header.type().read(buffer, i * bytes);
      }
    }
    return header.fortranOrder() ? rowMajor(values, header.shape()) : values;
  }

  private static double[] rowMajor(double[] columnMajor, long[] shape) {
    double[] result = new double[columnMajor.length];
    int[] index = new int[shape.length];
    for (double value : columnMajor) {
      int position = 0;
      for (int d = 0; d < shape.length; d++) {
        position = position * (int) shape[d] + index[d];
      }
      result[position] = value;
      for (int d = 0; d < shape.length && ++index[d] == shape[d]; d++) {
        index[d] = 0;
      }
    }
    return result;
  }

  @Override
  public void close() {
    try {
      stream.close();
    } catch (IOException e) {
      throw new EvaluationException(file, name, "cannot be closed: " + e.getMessage(), e);
    }
  }
}
