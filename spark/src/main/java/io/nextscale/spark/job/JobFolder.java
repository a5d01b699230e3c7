package io.nextscale.spark.job;

import io.nextscale.evaluate.sample.Manifest;
import io.nextscale.var.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The folder of a job's results, on any of Hadoop's file systems. Parts that Spark committed in it
 * are done.
 */
final class JobFolder {
  private static final String MANIFEST = "manifest.json";

  private final Path root;
  private final FileSystem files;

  JobFolder(String folder, Configuration hadoop) {
    root = new Path(folder);
    try {
      files = root.getFileSystem(hadoop);
    } catch (IOException e) {
      throw new UncheckedIOException("%s: cannot be opened: %s".formatted(folder, e), e);
    }
  }

  /** Address of something in the folder. */
  String of(String name) {
    return new Path(root, name).toString();
  }

  /** Whether Spark committed a part. */
  boolean isDone(String part) {
    return exists(part + "/_SUCCESS");
  }

  boolean exists(String name) {
    try {
      return files.exists(new Path(root, name));
    } catch (IOException e) {
      throw new UncheckedIOException("%s: cannot be read: %s".formatted(of(name), e), e);
    }
  }

  /**
   * Writes the manifest, or checks that the one that is there has the same parameters.
   *
   * @throws io.nextscale.evaluate.error.EvaluationException if it has others
   */
  void requireSame(Map<String, Object> manifest) {
    if (!exists(MANIFEST)) {
      write(MANIFEST, Json.write(manifest) + "\n");
      return;
    }
    try (InputStream in = files.open(new Path(root, MANIFEST))) {
      Manifest.requireSame(of(MANIFEST), in.readAllBytes(), manifest);
    } catch (IOException e) {
      throw new UncheckedIOException("%s: cannot be read: %s".formatted(of(MANIFEST), e), e);
    }
  }

  /** Writes a file, whole or not at all. */
  void write(String name, String text) {
    Path temporary = new Path(root, "." + name + ".tmp");
    try {
      try (OutputStream out = files.create(temporary, true)) {
        out.write(text.getBytes(StandardCharsets.UTF_8));
      }
      if (!files.rename(temporary, new Path(root, name))) {
        throw new IOException("cannot be renamed from " + temporary);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("%s: cannot be written: %s".formatted(of(name), e), e);
    }
  }
}
