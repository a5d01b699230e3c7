package io.nextscale.var.file;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes a file whole or not at all: under another name in the same folder, forced onto the disk,
 * then renamed. A reader that has mapped the old file keeps the old content.
 */
public final class AtomicFile {
  /** Writes the content of a file. */
  public interface Content {
    /** Writes the whole content, from the start of the channel. */
    void writeTo(FileChannel channel) throws IOException;
  }

  private AtomicFile() {}

  /**
   * Replaces or creates a file.
   *
   * @throws IOException if it cannot be written; an existing file is then unchanged
   */
  public static void write(Path target, Content content) throws IOException {
    Path file = target.toAbsolutePath();
    Path temporary = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
    try {
      try (FileChannel channel =
          FileChannel.open(
              temporary,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.WRITE,
              StandardOpenOption.READ)) {
        content.writeTo(channel);
        channel.force(true);
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      forceFolder(file);
    } finally {
      deleteQuietly(temporary);
    }
  }

  /**
   * Replaces or creates a text file, in UTF-8.
   *
   * @throws IOException if it cannot be written; an existing file is then unchanged
   */
  public static void write(Path target, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    write(target, channel -> Channels.newOutputStream(channel).write(bytes));
  }

  /** Makes the renaming durable where the system can open folders. */
  private static void forceFolder(Path file) {
    Path folder = file.getParent();
    if (folder == null) {
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      return; // the file is complete and in place; Windows cannot open folders
    }
  }

  private static void deleteQuietly(Path temporary) {
    try {
      Files.deleteIfExists(temporary); // there only if writing failed
    } catch (IOException e) {
      return;
    }
  }
}
