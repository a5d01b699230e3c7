package io.nextscale.spark.row;

import io.nextscale.evaluate.sample.SampleSet;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serial;
import java.util.Iterator;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.ForeachPartitionFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Writes the images of rows (id, png) to files that are named after the ids, whole or not at all. A
 * task that runs twice writes the same files.
 */
public final class PngWriter implements ForeachPartitionFunction<Row> {
  @Serial private static final long serialVersionUID = 1;

  private final String folder;
  private final SerializableConfiguration hadoop;

  /** Makes the writer of a folder of any of Hadoop's file systems. */
  public PngWriter(String folder, Configuration hadoop) {
    this.folder = folder;
    this.hadoop = new SerializableConfiguration(hadoop);
  }

  @Override
  public void call(Iterator<Row> rows) throws IOException {
    Path root = new Path(folder);
    FileSystem files = root.getFileSystem(hadoop.value());
    files.setWriteChecksum(false); // no hidden file beside each image
    while (rows.hasNext()) {
      Row row = rows.next();
      write(files, new Path(root, SampleSet.name(Math.toIntExact(row.getLong(0)))), row.getAs(1));
    }
  }

  private static void write(FileSystem files, Path target, byte[] png) throws IOException {
    if (files.exists(target) && files.getFileStatus(target).getLen() == png.length) {
      return;
    }
    Path temporary =
        new Path(
            target.getParent(),
            ".%s.%s.tmp".formatted(target.getName(), TaskContext.get().taskAttemptId()));
    try (OutputStream out = files.create(temporary, true)) {
      out.write(png);
    }
    if (!files.rename(temporary, target)) { // some file systems do not replace
      files.delete(target, false);
      if (!files.rename(temporary, target)) {
        throw new IOException("%s cannot be renamed to %s".formatted(temporary, target));
      }
    }
  }
}
