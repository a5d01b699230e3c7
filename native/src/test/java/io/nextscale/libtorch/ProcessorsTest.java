package io.nextscale.libtorch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counts cores of machines that are written down as Linux shows them. */
class ProcessorsTest {
  private static final String FLAGS = "flags\t\t: fpu sse2 ht avx2 fma";

  @TempDir Path root;

  @BeforeEach
  void eightHardwareThreadsOfFourCores() throws IOException {
    write("proc/cpuinfo", FLAGS);
    write("proc/self/status", "Name:\tjava\nCpus_allowed:\tff\nCpus_allowed_list:\t0-7\n");
    for (int i = 0; i < 8; i++) {
      write(topology(i) + "core_cpus_list", "%d,%d".formatted(i % 4, i % 4 + 4));
    }
  }

  private static String topology(int processor) {
    return "sys/devices/system/cpu/cpu" + processor + "/topology/";
  }

  private void write(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text + "\n");
  }

  @Test
  void twoHardwareThreadsAreOneCore() {
    assertThat(new Processors(root).physicalCores()).hasValue(4);
  }

  @Test
  void onlyProcessorsOfTheAffinityCount() throws IOException {
    write("proc/self/status", "Cpus_allowed_list:\t0,4-5");
    assertThat(new Processors(root).physicalCores()).hasValue(2);
    write("proc/self/status", "Cpus_allowed_list:\t3");
    assertThat(new Processors(root).physicalCores()).hasValue(1);
  }

  @Test
  void olderKernelsNameTheSameThingOtherwise() throws IOException {
    for (int i = 0; i < 8; i++) {
      Files.move(
          root.resolve(topology(i) + "core_cpus_list"),
          root.resolve(topology(i) + "thread_siblings_list"));
    }
    assertThat(new Processors(root).physicalCores()).hasValue(4);
  }

  @Test
  void aVirtualMachineDoesNotTell() throws IOException {
    write("proc/cpuinfo", FLAGS + " hypervisor lahf_lm");
    assertThat(new Processors(root).physicalCores()).isEmpty();
  }

  @Test
  void missingFilesDoNotTell() throws IOException {
    Files.delete(root.resolve(topology(7) + "core_cpus_list"));
    assertThat(new Processors(root).physicalCores()).isEmpty();
    write("proc/self/status", "Name:\tjava");
    assertThat(new Processors(root).physicalCores()).isEmpty();
    assertThat(new Processors(root.resolve("nothing")).physicalCores()).isEmpty();
  }

  @Test
  void listsHaveRanges() {
    assertThat(Processors.list("0-2,5,8-9")).containsExactly(0, 1, 2, 5, 8, 9);
    assertThat(Processors.list("")).isEmpty();
  }
}
