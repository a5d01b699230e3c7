package io.nextscale.torch.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nextscale.libtorch.ThreadDefault;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads the number of threads in other processes, since it is chosen once, at loading. */
class CpuThreadsTest {
  private static final List<String> VARIABLES = List.of("OMP_NUM_THREADS", "MKL_NUM_THREADS");

  @Test
  void theNumberIsThatOfTheJvm() throws Exception {
    int available = Runtime.getRuntime().availableProcessors();
    Report machine = report(List.of(), Map.of());
    assertThat(machine.threads()).isBetween(1, available);
    assertThat(machine.origin()).contains("processors that Java may use");
    Report one = report(List.of("-XX:ActiveProcessorCount=1"), Map.of());
    assertThat(one).isEqualTo(new Report(1, "processors that Java may use"));
  }

  /** More than the cores, so that no other rule gives the same number. */
  @Test
  void theVariableWinsOverTheMachine() throws Exception {
    List<String> one = List.of("-XX:ActiveProcessorCount=1");
    assertThat(report(one, Map.of("OMP_NUM_THREADS", "3")))
        .isEqualTo(new Report(3, "OMP_NUM_THREADS"));
  }

  @Test
  void theProgramWinsOverTheVariable() throws Exception {
    assertThat(report(List.of("-Dset=4"), Map.of("OMP_NUM_THREADS", "3")))
        .isEqualTo(new Report(4, "set by the program"));
  }

  /** OpenMP would start as many threads as the variable says, and end the process. */
  @Test
  void anImpossibleVariableDoesNoHarm() throws Exception {
    Report report =
        report(List.of("-XX:ActiveProcessorCount=1"), Map.of("OMP_NUM_THREADS", "100000"));
    assertThat(report.threads()).isEqualTo(1);
    assertThat(report.origin()).contains("OMP_NUM_THREADS=100000 is ignored, expected 1 to 64");
  }

  @EnabledOnOs(OS.LINUX)
  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void aQuotaOfProcessorTimeCounts(int processors) throws Exception {
    assumeTrue(
        Runtime.getRuntime().availableProcessors() >= processors,
        "fewer processors than the quota");
    try (CpuQuota quota = CpuQuota.of(processors)) {
      Report report = report(List.of(), Map.of(), quota.enter());
      assertThat(report).isEqualTo(new Report(processors, "processors that Java may use"));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 100_000, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void numbersOutOfRangeAreRefused(int count) {
    int before = CpuThreads.count();
    assertThatThrownBy(() -> CpuThreads.setCount(count))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "threads %d: expected 1 to %d on this machine".formatted(count, ThreadDefault.most()));
    assertThat(CpuThreads.count()).isEqualTo(before);
  }

  /**
   * Result of {@link Program}.
   *
   * @param threads number of threads, the same wherever it was read
   * @param origin where it comes from
   */
  private record Report(int threads, String origin) {}

  private static Report report(List<String> options, Map<String, String> environment)
      throws IOException, InterruptedException {
    return report(options, environment, List.of());
  }

  private static Report report(
      List<String> options, Map<String, String> environment, List<String> prefix)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Program.class.getName()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeAll(VARIABLES);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    String[] parts = output.split(" ", 2);
    return new Report(Integer.parseInt(parts[0]), parts[1]);
  }

  /** Reads the number wherever operators run. */
  static final class Program {
    private Program() {}

    /** Prints the number and its origin, or what differs. */
    public static void main(String[] arguments) throws InterruptedException {
      Integer own = Integer.getInteger("set");
      if (own != null) {
        CpuThreads.setCount(own);
      }
      int first = CpuThreads.count();
      Queue<String> others = new ConcurrentLinkedQueue<>();
      add(others, "in a scope", first, scoped(CpuThreads::count));
      add(others, "of OpenMP, which oneDNN asks", first, scoped(Program::ofOpenMp));
      Thread thread =
          new Thread(
              () -> {
                add(others, "of OpenMP on a new thread", first, scoped(Program::ofOpenMp));
                add(others, "on a new thread", first, CpuThreads.count());
              });
      thread.start();
      thread.join();
      Queue<Integer> shares = new ConcurrentLinkedQueue<>();
      CountDownLatch all = new CountDownLatch(first);
      Parallel.forEach(
          first,
          i -> {
            shares.add(ofOpenMp());
            all.countDown();
            try {
              all.await(5, TimeUnit.MINUTES); // so that each task has a thread of its own
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          });
      add(others, "of parallel tasks", first, shares.stream().mapToInt(n -> n).sum());
      System.out.println(others.isEmpty() ? first + " " + CpuThreads.origin() : others);
    }

    private static int scoped(IntSupplier read) {
      try (TensorScope scope = TensorScope.open()) {
        return read.getAsInt();
      }
    }

    private static void add(Queue<String> others, String where, int expected, int count) {
      if (count != expected) {
        others.add("%s: %d instead of %d".formatted(where, count, expected));
      }
    }

    private static int ofOpenMp() {
      try {
        return (int)
            Linker.nativeLinker()
                .downcallHandle(
                    Torch.library().symbols().find("omp_get_max_threads").orElseThrow(),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT))
                .invokeExact();
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
    }
  }

  /**
   * A control group with a limit of processor time. The test is skipped, with the reason, where the
   * user may not make one.
   *
   * @param folder the group
   */
  private record CpuQuota(Path folder) implements AutoCloseable {
    private static final Path ROOT = Path.of("/sys/fs/cgroup");

    static CpuQuota of(int processors) throws IOException {
      boolean second = Files.exists(ROOT.resolve("cgroup.controllers"));
      Path parent = second ? ROOT : ROOT.resolve("cpu");
      Path folder = parent.resolve("nextscale-test-" + ProcessHandle.current().pid());
      assumeTrue(Files.isWritable(parent), parent + " is not writable: no quota can be made");
      Files.createDirectory(folder);
      CpuQuota quota = new CpuQuota(folder);
      try {
        if (second) {
          Files.writeString(folder.resolve("cpu.max"), processors * 100_000 + " 100000");
        } else {
          Files.writeString(folder.resolve("cpu.cfs_period_us"), "100000");
          Files.writeString(folder.resolve("cpu.cfs_quota_us"), "" + processors * 100_000);
        }
        return quota;
      } catch (IOException e) {
        quota.close();
        assumeTrue(false, "no quota can be set below " + parent + ": " + e);
        throw e;
      }
    }

    /** Begins a command line whose rest runs in the group. */
    List<String> enter() {
      return List.of(
          "sh", "-c", "echo $$ > '%s/cgroup.procs' && exec \"$@\"".formatted(folder), "sh");
    }

    @Override
    public void close() throws IOException {
      Files.delete(folder);
    }
  }
}
