package io.nextscale.var.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class SpecialFileTest {
  @TempDir Path folder;

  @Test
  void plainFilesAndFoldersAreNone() throws IOException {
    Path file = Files.writeString(folder.resolve("a.txt"), "a long old text");
    assertThat(SpecialFile.isAt(file)).isFalse();
    assertThat(SpecialFile.isAt(folder.resolve("missing"))).isFalse();
    assertThat(SpecialFile.isAt(Path.of("/dev"))).isFalse();
    Path roundabout = Path.of("/dev/.." + file);
    assertThat(SpecialFile.isAt(roundabout)).isFalse();
    AtomicFile.write(roundabout, "new");
    assertThat(file).hasContent("new");
  }

  @Test
  void devicesAreSomeUnderEveryName() throws IOException {
    assertThat(SpecialFile.isAt(Path.of("/dev/null"))).isTrue();
    Path devices = Files.createSymbolicLink(folder.resolve("devices"), Path.of("/dev"));
    assertThat(SpecialFile.isAt(devices.resolve("null"))).isTrue();
    Path link = Files.createSymbolicLink(folder.resolve("a"), Path.of("devices/null"));
    assertThat(SpecialFile.isAt(link)).isTrue();
    AtomicFile.write(link, "nothing");
    assertThat(Files.isSymbolicLink(link)).isTrue();
  }

  @Test
  void standardOutputIsKnownUnderEveryName() throws IOException {
    long process = ProcessHandle.current().pid();
    Path link = Files.createSymbolicLink(folder.resolve("a.png"), Path.of("/dev/stdout"));
    for (String name : new String[] {"/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"}) {
      assertThat(SpecialFile.isStandardOutput(Path.of(name))).as(name).isTrue();
      assertThat(SpecialFile.isAt(Path.of(name))).as(name).isTrue();
    }
    assertThat(SpecialFile.isStandardOutput(link)).isTrue();
    assertThat(SpecialFile.isStandardOutput(Path.of("/proc/" + process + "/fd/1"))).isTrue();
    assertThat(SpecialFile.isStandardOutput(Path.of("/proc/1/fd/1"))).isEqualTo(process == 1);
    assertThat(SpecialFile.isStandardOutput(Path.of("/dev/stderr"))).isFalse();
    assertThat(SpecialFile.isStandardOutput(Path.of("/dev/null"))).isFalse();
    assertThat(SpecialFile.isStandardOutput(folder.resolve("a.txt"))).isFalse();
  }

  /** A device number without a driver: opening it would fail, too, but not with this reason. */
  @Test
  void disksAreRefused() throws Exception {
    Path disk = folder.resolve("disk.png");
    assumeTrue(isMade(disk), "only an administrator makes devices");
    assertThat(SpecialFile.isAt(disk)).isTrue();
    assertThatThrownBy(() -> AtomicFile.write(disk, "x"))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("is a block device");
    SpecialFile.requireNoDisk(Path.of("/dev/null"));
    SpecialFile.requireNoDisk(folder);
  }

  private static boolean isMade(Path device) throws InterruptedException {
    try {
      return new ProcessBuilder("mknod", device.toString(), "b", "240", "0").start().waitFor() == 0;
    } catch (IOException e) {
      return false; // no such command
    }
  }
}
