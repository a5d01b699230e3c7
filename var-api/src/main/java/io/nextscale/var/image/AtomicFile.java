package io.nextscale.var.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Writes a file so that readers see the old content or all of the new, never a part. */
final class AtomicFile {
  private AtomicFile() {}

  /**
   * Writes to a temporary file in the same folder, then moves it over {@code file}. A failure
   * leaves neither the temporary file nor a changed {@code file}.
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
    // not Files.createTempFile: that one makes the picture unreadable for everybody else
    String suffix = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    Path temporary = folder.resolve("." + suffix + ".tmp");
    try {
      Files.write(temporary, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      ImageException failure = ImageException.writing(file, e);
      try {
        Files.deleteIfExists(temporary);
      } catch (IOException left) {
        failure.addSuppressed(left);
      }
      throw failure;
    }
  }
}
