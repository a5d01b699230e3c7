package io.nextscale.var.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  private static final String LEFT = ".nextscale-6f9619ff-8b86-4d11-b42d-00c04fc964ff.tmp";

  private static final Path SHARED_MEMORY = Path.of("/dev/shm");

  @TempDir Path folder;

  private List<String> names(Path of) throws IOException {
    try (Stream<Path> all = Files.list(of)) {
      return all.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static Path leftover(Path in) throws IOException {
    Path left = Files.writeString(in.resolve(LEFT), "half");
    Files.setLastModifiedTime(left, FileTime.fromMillis(System.currentTimeMillis() - 60_000));
    return left;
  }

  @Test
  void aFailureLeavesTheOldContentAndNothingElse() throws IOException {
    Path file = folder.resolve("a.txt");
    AtomicFile.write(file, "old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    channel -> {
                      throw new IOException("full");
                    }))
        .hasMessage("full");
    assertThat(file).hasContent("old");
    assertThat(names(folder)).containsExactly("a.txt");
  }

  @Test
  void aSymbolicLinkStaysAndItsFileIsWritten() throws IOException {
    Path real = Files.createDirectory(folder.resolve("real"));
    Path file = Files.writeString(real.resolve("a.txt"), "old");
    Path link = Files.createSymbolicLink(folder.resolve("b.txt"), Path.of("real", "a.txt"));
    Path again = Files.createSymbolicLink(folder.resolve("c.txt"), link);
    AtomicFile.write(again, "new");
    assertThat(Files.isSymbolicLink(link)).isTrue();
    assertThat(Files.isSymbolicLink(again)).isTrue();
    assertThat(file).hasContent("new");
    Path dangling = Files.createSymbolicLink(folder.resolve("d.txt"), Path.of("real", "d.txt"));
    AtomicFile.write(dangling, "made");
    assertThat(real.resolve("d.txt")).hasContent("made");
    assertThat(names(real)).containsExactly("a.txt", "d.txt");
    Files.createSymbolicLink(folder.resolve("e.txt"), Path.of("f.txt"));
    Files.createSymbolicLink(folder.resolve("f.txt"), Path.of("e.txt"));
    assertThatThrownBy(() -> AtomicFile.write(folder.resolve("e.txt"), "x"))
        .isInstanceOf(FileSystemLoopException.class);
  }

  @Test
  void aDeviceIsNotReplaced() throws IOException {
    Path device = Path.of("/dev/null");
    AtomicFile.write(device, "nothing");
    assertThat(SpecialFile.isAt(device)).isTrue();
    assertThat(Files.isRegularFile(device)).isFalse();
    assertThatThrownBy(() -> AtomicFile.write(Path.of("/dev/full"), "x"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("No space left");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void aPrivateFileStaysPrivate() throws IOException {
    Path file = Files.writeString(folder.resolve("a.txt"), "old");
    Set<PosixFilePermission> own = PosixFilePermissions.fromString("rw-------");
    Files.setPosixFilePermissions(file, own);
    AtomicFile.write(file, "new");
    assertThat(file).hasContent("new");
    assertThat(Files.getPosixFilePermissions(file)).isEqualTo(own);
  }

  /** Files in memory are files like all others, though their folder is among the devices. */
  @Test
  @EnabledIf("hasSharedMemory")
  void aFileInSharedMemoryIsReplaced() throws IOException {
    Path memory = Files.createTempDirectory(SHARED_MEMORY, "nextscale-test-");
    Path file = memory.resolve("a.txt");
    try {
      AtomicFile.write(file, "a long old text");
      AtomicFile.write(file, "new");
      assertThat(file).hasContent("new");
      assertThat(SpecialFile.isAt(file)).isFalse();
    } finally {
      Files.deleteIfExists(file);
      Files.delete(memory);
    }
  }

  static boolean hasSharedMemory() {
    return Files.isWritable(SHARED_MEMORY);
  }

  @Test
  void leftoversOfKilledProcessesAreDeletedAtTheNextWrite() throws IOException {
    leftover(folder);
    Path others = Files.writeString(folder.resolve(".nextscale-notes"), "kept");
    AtomicFile.write(folder.resolve("a.txt"), "a");
    assertThat(names(folder)).containsExactly(".nextscale-notes", "a.txt");
    assertThat(others).hasContent("kept");
  }

  @Test
  void whatIsBeingWrittenIsNotDeleted() throws IOException {
    Path left = leftover(folder);
    try (FileChannel channel = FileChannel.open(left, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      TemporaryFiles.cleanAll(folder);
      assertThat(left).exists();
    }
    Files.setLastModifiedTime(left, FileTime.fromMillis(System.currentTimeMillis()));
    TemporaryFiles.cleanAll(folder);
    assertThat(left).as("created a moment ago").exists();
    AtomicFile.write(
        folder.resolve("a.txt"),
        channel -> {
          for (Path own : Files.list(folder).toList()) {
            Files.setLastModifiedTime(own, FileTime.fromMillis(0));
          }
          TemporaryFiles.cleanAll(folder);
        });
    assertThat(names(folder)).containsExactly("a.txt");
  }

  @Test
  void allFoldersOfARunAreCleaned() throws IOException {
    Path deep = Files.createDirectories(folder.resolve("run/transformer/samples"));
    leftover(folder.resolve("run"));
    leftover(deep);
    TemporaryFiles.cleanAll(folder.resolve("run"));
    assertThat(names(deep)).isEmpty();
    assertThat(names(folder.resolve("run"))).containsExactly("transformer");
    TemporaryFiles.cleanAll(folder.resolve("missing"));
  }
}
