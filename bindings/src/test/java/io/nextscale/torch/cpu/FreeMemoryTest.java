package io.nextscale.torch.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Reads machines and containers that are written down as Linux shows them. */
class FreeMemoryTest {
  private static final long MEBI = 1 << 20;
  private static final FreeMemory MACHINE = new FreeMemory(3000 * MEBI, 4000 * MEBI, false);

  @TempDir Path root;

  @BeforeEach
  void machine() throws IOException {
    write(
        "proc/meminfo",
        "MemTotal:        %s kB\nMemFree: 1 kB\nMemAvailable:    %s kB\nSwapFree:    %s kB"
            .formatted(4000 << 10, 2900 << 10, 100 << 10));
  }

  private void write(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text + "\n");
  }

  private void second(String group, String max, long current, long files) throws IOException {
    String folder = "sys/fs/cgroup/" + group;
    write(folder + "memory.max", max);
    write(folder + "memory.current", Long.toString(current));
    write(
        folder + "memory.stat",
        "anon 5\nfile 9\ninactive_file %s\nactive_file %s".formatted(files, files));
  }

  @Test
  void theMachineDecidesWithoutLimits() throws IOException {
    assertThat(FreeMemory.of(root)).contains(MACHINE);
    write("proc/self/cgroup", "0::/user.slice");
    second("user.slice/", "max", 5, 1);
    assertThat(FreeMemory.of(root)).contains(MACHINE);
  }

  /** Pages of files are dropped by the kernel before it ends a process. */
  @Test
  void filesOfAContainerCountAsFree() throws IOException {
    write("proc/self/cgroup", "0::/");
    second("", Long.toString(1200 * MEBI), 1000 * MEBI, 200 * MEBI);
    assertThat(FreeMemory.of(root)).contains(new FreeMemory(600 * MEBI, 1200 * MEBI, true));
  }

  @Test
  void theLeastOfNestedGroupsDecides() throws IOException {
    write("proc/self/cgroup", "0::/a/b");
    second("", "max", 0, 0);
    second("a/", Long.toString(900 * MEBI), 800 * MEBI, 0);
    second("a/b/", Long.toString(500 * MEBI), 100 * MEBI, 0);
    assertThat(FreeMemory.of(root)).contains(new FreeMemory(100 * MEBI, 900 * MEBI, true));
  }

  @Test
  void anOverdrawnGroupHasNothing() throws IOException {
    write("proc/self/cgroup", "0::/a");
    second("a/", Long.toString(500 * MEBI), 600 * MEBI, 0);
    assertThat(FreeMemory.of(root)).contains(new FreeMemory(0, 500 * MEBI, true));
  }

  /** In a container the name of the group is the host's, and its files lie at the top. */
  @Test
  void theFirstVersionIsRead() throws IOException {
    write("proc/self/cgroup", "5:devices:/x\n4:cpu,memory:/docker/0123\n0::/");
    String folder = "sys/fs/cgroup/memory/";
    write(folder + "memory.limit_in_bytes", Long.toString(1000 * MEBI));
    write(folder + "memory.usage_in_bytes", Long.toString(700 * MEBI));
    write(
        folder + "memory.stat",
        "inactive_file 7\ntotal_inactive_file %s\ntotal_active_file %s"
            .formatted(100 * MEBI, 50 * MEBI));
    assertThat(FreeMemory.of(root)).contains(new FreeMemory(450 * MEBI, 1000 * MEBI, true));
    write(folder + "memory.limit_in_bytes", "9223372036854771712"); // no limit
    assertThat(FreeMemory.of(root)).contains(MACHINE);
  }

  /** A process that joined a container from outside is in a group above those that it sees. */
  @Test
  void aGroupOutOfSightHasTheLimitsOfTheTop() throws IOException {
    write("proc/self/cgroup", "0::/../../init.scope");
    second("", Long.toString(1200 * MEBI), 1000 * MEBI, 0);
    assertThat(FreeMemory.of(root)).contains(new FreeMemory(200 * MEBI, 1200 * MEBI, true));
  }

  @Test
  void otherSystemsDoNotTell() throws IOException {
    Files.delete(root.resolve("proc/meminfo"));
    assertThat(FreeMemory.of(root)).isEmpty();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void thisMachineHasSome() {
    assertThat(FreeMemory.now())
        .hasValueSatisfying(free -> assertThat(free.bytes()).isBetween(1 * MEBI, free.limit()));
  }
}
