package io.nextscale.evaluate.feature;

import io.nextscale.evaluate.error.EvaluationException;
import io.nextscale.evaluate.inception.InceptionFeatures;
import io.nextscale.evaluate.metric.FeatureRows;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Pooled and spatial features of a set of images in a file: one row of float32 for each image, in
 * the order of the set. It begins with a text that says of which images and which network they are.
 * Rows that were written stay when the process is killed.
 */
public final class FeatureFile implements AutoCloseable {
  private static final int HEADER_BYTES = 1024;
  private static final int COLUMNS = InceptionFeatures.POOLED + InceptionFeatures.SPATIAL;
  private static final int ROW_BYTES = COLUMNS * Float.BYTES;

  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet(); // of this process

  private final Path path;
  private final Path place;
  private final FileChannel channel;
  private int rows;
  private @Nullable Arena arena;
  private @Nullable MemorySegment mapped;

  private FeatureFile(Path path, Path place, FileChannel channel, int rows) {
    this.path = path;
    this.place = place;
    this.channel = channel;
    this.rows = rows;
  }

  /**
   * Opens or creates a file. If it holds rows of the same images and network, they are kept; if it
   * holds others, it is begun anew.
   *
   * @param identity the images and the network, in one line of any length
   * @throws EvaluationException if the file cannot be written, or another process has it open
   */
  public static FeatureFile open(Path path, String identity) {
    byte[] header = header(identity);
    Path place = place(path);
    if (!OPEN.add(place)) { // closing a second channel would release the lock of the first
      throw inUse(path);
    }
    FileChannel channel = null;
    boolean opened = false;
    try {
      channel =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      lock(path, channel);
      byte[] found = new byte[HEADER_BYTES];
      ByteBuffer buffer = ByteBuffer.wrap(found);
      while (buffer.hasRemaining() && channel.read(buffer, buffer.position()) >= 0) {
        // reads on
      }
      int rows = 0;
      if (Arrays.equals(found, header)) {
        rows = Math.toIntExact((channel.size() - HEADER_BYTES) / ROW_BYTES);
      } else {
        channel.truncate(0);
        write(channel, ByteBuffer.wrap(header), 0);
      }
      channel.truncate(HEADER_BYTES + (long) rows * ROW_BYTES);
      opened = true;
      return new FeatureFile(path, place, channel, rows);
    } catch (IOException e) {
      throw new EvaluationException(path, null, "cannot be written: " + e.getMessage(), e);
    } finally {
      if (!opened) {
        if (channel != null) {
          closeQuietly(channel);
        }
        OPEN.remove(place);
      }
    }
  }

  /**
   * The identity, then zeros; or its beginning and its SHA-256, if it does not leave a zero. So two
   * headers are equal only if the identities are.
   */
  private static byte[] header(String identity) {
    if (identity.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("identity: it holds a character 0, expected text");
    }
    byte[] text = identity.getBytes(StandardCharsets.UTF_8);
    byte[] header = Arrays.copyOf(text, HEADER_BYTES);
    if (text.length >= HEADER_BYTES) {
      byte[] sum = (" SHA-256 " + sha256(text)).getBytes(StandardCharsets.US_ASCII);
      System.arraycopy(sum, 0, header, HEADER_BYTES - sum.length, sum.length);
    }
    return header;
  }

  private static String sha256(byte[] text) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static void lock(Path path, FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return; // held until the channel is closed
      }
    } catch (OverlappingFileLockException e) {
      // another evaluation of this process, with classes of its own
    }
    throw inUse(path);
  }

  private static EvaluationException inUse(Path path) {
    return new EvaluationException(
        path, null, "another evaluation writes this file: wait for it, or name another folder");
  }

  /** The file whatever the path to its folder. */
  private static Path place(Path path) {
    Path absolute = path.toAbsolutePath();
    Path folder = absolute.getParent();
    try {
      return folder == null ? absolute : folder.toRealPath().resolve(absolute.getFileName());
    } catch (IOException e) {
      return absolute.normalize(); // opening it tells what is wrong
    }
  }

  /** Number of images whose features are there. */
  public int rows() {
    return rows;
  }

  /** Appends the features of a batch. */
  void append(List<ImageFeatures> batch) {
    requireOpen();
    ByteBuffer block = ByteBuffer.allocate(batch.size() * ROW_BYTES).order(ByteOrder.nativeOrder());
    for (ImageFeatures image : batch) {
      block.asFloatBuffer().put(image.pooled()).put(image.spatial());
      block.position(block.position() + ROW_BYTES);
    }
    try {
      write(channel, block.flip(), HEADER_BYTES + (long) rows * ROW_BYTES);
      rows += batch.size();
    } catch (IOException e) {
      throw new EvaluationException(path, null, "cannot be written: " + e.getMessage(), e);
    }
  }

  private static void write(FileChannel channel, ByteBuffer bytes, long position)
      throws IOException {
    long at = position;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  private void requireOpen() {
    if (!channel.isOpen()) {
      throw new IllegalStateException(path + ": the file of features is closed");
    }
  }

  /**
   * The pooled features, in the mapped file.
   *
   * @throws IllegalStateException if the file is closed
   */
  public FeatureRows pooled() {
    return new FeatureRows(memory(), rows, InceptionFeatures.POOLED, COLUMNS);
  }

  /**
   * The spatial features, in the mapped file.
   *
   * @throws IllegalStateException if the file is closed
   */
  public FeatureRows spatial() {
    MemorySegment memory =
        memory().asSlice(rows == 0 ? 0 : (long) InceptionFeatures.POOLED * Float.BYTES);
    return new FeatureRows(memory, rows, InceptionFeatures.SPATIAL, COLUMNS);
  }

  /** Maps the rows once: each mapping of the same pages counts as resident memory again. */
  private MemorySegment memory() {
    requireOpen();
    long bytes = (long) rows * ROW_BYTES;
    MemorySegment known = mapped;
    if (known != null && known.byteSize() == bytes) {
      return known;
    }
    if (arena == null) {
      arena = Arena.ofShared();
    }
    try {
      MemorySegment all = channel.map(MapMode.READ_ONLY, HEADER_BYTES, bytes, arena);
      mapped = all;
      return all;
    } catch (IOException e) {
      throw new EvaluationException(path, null, "cannot be mapped: " + e.getMessage(), e);
    }
  }

  private static void closeQuietly(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      return; // the failure that led here is thrown
    }
  }

  /** Unmaps and closes the file, which stays. */
  @Override
  public void close() {
    if (!channel.isOpen()) {
      return;
    }
    try (channel) {
      if (arena != null) {
        arena.close();
      }
    } catch (IOException e) {
      throw new EvaluationException(path, null, "cannot be closed: " + e.getMessage(), e);
    } finally {
      OPEN.remove(place);
      arena = null;
      mapped = null;
    }
  }
}
