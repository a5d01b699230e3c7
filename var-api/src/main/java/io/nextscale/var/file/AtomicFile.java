package io.nextscale.var.file;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes a file whole or not at all: under another name in the same folder, forced onto the disk,
 * then renamed. A file that is replaced leaves its permissions to the new one. A reader that has
 * mapped the old file keeps the old content.
 *
 * <p>A symbolic link stays: the file that it leads to is written. A {@link SpecialFile} is written
 * directly, but for a block device, which is refused.
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
    if (SpecialFile.isAt(target)) {
      writeDirectly(target, content);
      return;
    }
    Path file = followLinks(target.toAbsolutePath());
    TemporaryFiles.clean(file);
    try (TemporaryFiles.Held temporary = TemporaryFiles.create(file)) {
      copyPermissions(file, temporary.path());
      content.writeTo(temporary.channel());
      temporary.channel().force(true);
      Files.move(temporary.path(), file, StandardCopyOption.ATOMIC_MOVE);
    }
    forceFolder(file);
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

  /**
   * Follows symbolic links, also to a file that does not exist yet.
   *
   * @throws FileSystemLoopException if they lead in a circle
   * @throws IOException if a link cannot be read
   */
  public static Path followLinks(Path file) throws IOException {
    Path at = file;
    for (int links = 0; Files.isSymbolicLink(at); links++) {
      if (links == SpecialFile.MOST_LINKS) {
        throw new FileSystemLoopException(file.toString());
      }
      at = at.resolveSibling(Files.readSymbolicLink(at));
    }
    return at;
  }

  /** Writes to a temporary file first: contents may be written out of order. */
  private static void writeDirectly(Path target, Content content) throws IOException {
    Path temporary = Files.createTempFile("nextscale-", ".tmp");
    try (FileChannel channel =
            FileChannel.open(temporary, StandardOpenOption.WRITE, StandardOpenOption.READ);
        OutputStream out = SpecialFile.open(target)) {
      content.writeTo(channel);
      Files.copy(temporary, out);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Gives a file the permissions of another one, if that exists and both have some. */
  private static void copyPermissions(Path from, Path to) {
    try {
      Files.setPosixFilePermissions(to, Files.getPosixFilePermissions(from));
    } catch (IOException | UnsupportedOperationException e) {
      return; // a new file, another system, or one that forbids it
    }
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
}
