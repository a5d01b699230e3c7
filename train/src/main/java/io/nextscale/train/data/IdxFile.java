package io.nextscale.train.data;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/**
 * A file of unsigned bytes in IDX format, compressed by gzip: the magic number 0x000008DD for D
 * dimensions, D sizes of 4 bytes, the most significant first, then the bytes, the last dimension
 * running fastest. It is read from its beginning on, and at most one byte further than requested,
 * whatever it would expand to.
 */
final class IdxFile implements Closeable {
  private static final int UNSIGNED_BYTES = 0x800;
  private static final int BUFFER = 1 << 16;

  private final Path file;
  private final InputStream in;
  private int read;

  private IdxFile(Path file, InputStream in) {
    this.file = file;
    this.in = in;
  }

  /**
   * Opens a file.
   *
   * @throws ImageDataException if it is missing or not compressed by gzip
   */
  static IdxFile open(Path file) {
    if (!Files.exists(file)) {
      throw new ImageDataException(
          "cannot read %s: there is no such file; bin/fetch-fashion-mnist fetches Fashion-MNIST"
              .formatted(file));
    }
    try {
      InputStream raw = Files.newInputStream(file);
      try {
        return new IdxFile(file, new GZIPInputStream(raw, BUFFER));
      } catch (IOException e) {
        raw.close();
        throw e;
      }
    } catch (IOException e) {
      throw cannotRead(file, e);
    }
  }

  /**
   * Reads the magic number.
   *
   * @param dimensions what it should say
   * @throws ImageDataException if it is another one or the file ends
   */
  void magic(int dimensions) {
    int magic = integer("magic number");
    int expected = UNSIGNED_BYTES | dimensions;
    if (magic != expected) {
      throw new ImageDataException(
          "%s: the magic number is 0x%08x, allowed is 0x%08x (unsigned bytes, dimensions: %s)"
              .formatted(file, magic, expected, dimensions));
    }
  }

  /**
   * Reads the next size of the header.
   *
   * @param name what it counts
   * @param most the largest value allowed; the smallest is 1
   * @throws ImageDataException if it is out of range or the file ends
   */
  int size(String name, int most) {
    int size = integer("number of " + name);
    if (size < 1 || size > most) {
      throw new ImageDataException(
          "%s: the number of %s is %s, allowed are 1 to %s"
              .formatted(file, name, Integer.toUnsignedLong(size), most));
    }
    return size;
  }

  private int integer(String name) {
    byte[] bytes = new byte[Integer.BYTES];
    if (fill(bytes) < bytes.length) {
      throw new ImageDataException(
          "%s ends inside its header: there is no %s".formatted(file, name));
    }
    return ByteBuffer.wrap(bytes).getInt();
  }

  /**
   * Fills the array with the next bytes.
   *
   * @param count how many arrays of this length the header counts
   * @throws ImageDataException if the file ends before
   */
  void next(byte[] into, int count) {
    if (fill(into) < into.length) {
      throw new ImageDataException(
          "%s ends after %s of %s entries of %s bytes".formatted(file, read, count, into.length));
    }
    read++;
  }

  /**
   * Checks that there is nothing more.
   *
   * @throws ImageDataException if there is
   */
  void end() {
    if (fill(new byte[1]) > 0) {
      throw new ImageDataException(
          "%s goes on after %s entries, which is all that its header counts".formatted(file, read));
    }
  }

  private int fill(byte[] into) {
    try {
      return in.readNBytes(into, 0, into.length);
    } catch (EOFException e) {
      throw new ImageDataException(
          "%s is cut off: its compressed data end after %s entries".formatted(file, read), e);
    } catch (IOException e) {
      throw cannotRead(file, e);
    } catch (StackOverflowError e) { // GZIPInputStream calls itself for each of them
      throw new ImageDataException(file + " has too many empty parts one after another", e);
    }
  }

  /**
   * Closes the file.
   *
   * @throws ImageDataException if that fails
   */
  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw cannotRead(file, e);
    }
  }

  private static ImageDataException cannotRead(Path file, IOException e) {
    return new ImageDataException("cannot read " + file + ": " + e, e);
  }
}
