package io.nextscale.train.metrics;

import io.nextscale.var.file.AtomicFile;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;

/**
 * Metrics of a training in a CSV file that only grows: one row a step, all columns declared when it
 * is opened. Each row is with the operating system when {@link #append} returns, so a killed
 * process loses at most the row it was writing; {@link MetricsHistory} reads past such a rest. Not
 * safe for use by several threads; others may read the file meanwhile.
 */
public final class MetricsTable implements Closeable {
  /** The last step of a table without rows. */
  public static final long NONE = -1;

  private final Path file;
  private final List<String> columns;
  private final FileChannel channel;
  private long length;
  private long lastStep;

  private MetricsTable(Path file, MetricsHistory kept) throws IOException {
    this.file = file;
    this.columns = kept.columns();
    this.lastStep = kept.rows().isEmpty() ? NONE : kept.rows().getLast().step();
    byte[] content = kept.text().getBytes(StandardCharsets.UTF_8);
    this.length = content.length;
    try {
      AtomicFile.write(file, out -> writeFully(out, content, 0));
      this.channel = FileChannel.open(file, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  /**
   * Begins a table. An older file is replaced.
   *
   * @param columns names of all columns that will ever be given, without {@code step}
   * @throws IllegalArgumentException if a name is not allowed, see {@link MetricsHistory}
   * @throws IOException if the file cannot be written
   */
  public static MetricsTable create(Path file, List<String> columns) throws IOException {
    return new MetricsTable(file, new MetricsHistory(columns, List.of()));
  }

  /**
   * Goes on with a table from a step: rows of later steps and a row that was written only in part
   * are dropped, the rest stays. The file is replaced at once or not at all. Columns that it did
   * not have are added at the end; without a file a table is begun.
   *
   * @param step last step to keep, that of the checkpoint
   * @throws IllegalArgumentException if a name is not allowed, see {@link MetricsHistory}
   * @throws IOException if the file is not a table of metrics, cannot be read or not be written
   */
  public static MetricsTable resume(Path file, List<String> columns, long step) throws IOException {
    if (Files.notExists(file)) {
      return create(file, columns);
    }
    return new MetricsTable(file, MetricsHistory.read(file).upTo(step, columns));
  }

  /** Names of the columns in the order of the file, without {@code step}. */
  public List<String> columns() {
    return columns;
  }

  /** Step of the last row, or {@link #NONE}. */
  public long lastStep() {
    return lastStep;
  }

  /**
   * Writes a row.
   *
   * @param step greater than that of the last row
   * @param values column to value; what is not named stays empty
   * @throws IllegalArgumentException if the step is not greater or a column was not declared
   * @throws IOException if the row cannot be written, as when the disk is full; the file then is as
   *     it was, and the next row takes the place of this one
   */
  public void append(long step, Map<String, Double> values) throws IOException {
    if (step <= lastStep) {
      throw new IllegalArgumentException(
          "step is %s: allowed is more than %s, the last row's".formatted(step, lastStep));
    }
    String line = MetricsHistory.line(new MetricsRow(step, values), columns);
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    try {
      channel.truncate(length); // what a failed attempt may have left
      writeFully(channel, bytes, length);
    } catch (IOException e) {
      throw withoutRest(cannotWrite(e));
    }
    length += bytes.length;
    lastStep = step;
  }

  /**
   * All rows of the file.
   *
   * @throws IOException if it cannot be read
   */
  public MetricsHistory read() throws IOException {
    return MetricsHistory.read(file);
  }

  /** Closes the file. */
  @Override
  public void close() throws IOException {
    channel.close();
  }

  /** Takes back what was written of a row; a full disk allows it. */
  private IOException withoutRest(IOException failure) {
    try {
      channel.truncate(length);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  private IOException cannotWrite(IOException cause) {
    return new IOException("cannot write " + file + ": " + cause, cause);
  }

  private static void writeFully(FileChannel channel, byte[] bytes, long position)
      throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    while (rest.hasRemaining()) {
      channel.write(rest, position + rest.position());
    }
  }
}
