package io.nextscale.var.image;

import io.nextscale.var.file.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes encoded pictures whole or not at all. */
final class PictureFile {
  private PictureFile() {}

  /**
   * Replaces or creates a file.
   *
   * @throws ImageException if the folder does not exist or the disk refuses
   */
  static void write(Path file, byte[] content) {
    if (Files.isDirectory(file)) {
      throw ImageException.writing(file, "it is a folder");
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw ImageException.writing(file, "the folder " + folder + " does not exist");
    }
    try {
      AtomicFile.write(
          file,
          channel -> {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
              channel.write(bytes);
            }
          });
    } catch (IOException e) {
      throw ImageException.writing(file, e);
    }
  }
}
