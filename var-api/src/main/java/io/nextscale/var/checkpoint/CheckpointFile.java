package io.nextscale.var.checkpoint;

import io.nextscale.var.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;

/** Writes checkpoints whole or not at all. */
final class CheckpointFile {
  private CheckpointFile() {}

  /**
   * Replaces or creates a file.
   *
   * @throws CheckpointException if it cannot be written; an older file then is as it was
   */
  static void write(Path target, AtomicFile.Content content) {
    try {
      AtomicFile.write(target, content);
    } catch (IOException e) {
      throw new CheckpointException(target, null, "to write it", e.toString(), e);
    }
  }
}
