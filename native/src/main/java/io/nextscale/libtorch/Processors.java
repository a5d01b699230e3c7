package io.nextscale.libtorch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The physical cores that this process may run on, as Linux tells them below {@code /proc} and
 * {@code /sys}. Two hardware threads of a core share its arithmetic units, so products gain nothing
 * from the second.
 *
 * @param root folder that holds {@code proc} and {@code sys}
 */
record Processors(Path root) {
  private static final Pattern VIRTUAL = Pattern.compile("(?m)^flags\\s*:.*\\bhypervisor\\b");
  private static final String ALLOWED = "Cpus_allowed_list:";

  /** The processors of this machine. */
  static Processors ofMachine() {
    return new Processors(Path.of("/"));
  }

  /**
   * Counts the cores whose hardware threads this process may use. Empty where that cannot be told:
   * outside Linux, and in a virtual machine, which may show its processors as hardware threads of
   * one core though each is a core of the host.
   */
  OptionalInt physicalCores() {
    try {
      if (VIRTUAL.matcher(Files.readString(root.resolve("proc/cpuinfo"))).find()) {
        return OptionalInt.empty();
      }
      Set<String> cores = new HashSet<>();
      for (int processor : allowed().toArray()) {
        cores.add(hardwareThreads(processor));
      }
      return cores.isEmpty() ? OptionalInt.empty() : OptionalInt.of(cores.size());
    } catch (IOException | UncheckedIOException | NumberFormatException e) {
      return OptionalInt.empty(); // not Linux, or a container that hides these files
    }
  }

  /** The processors that the affinity of this process names. */
  private IntStream allowed() throws IOException {
    try (Stream<String> lines = Files.lines(root.resolve("proc/self/status"))) {
      String list =
          lines
              .filter(line -> line.startsWith(ALLOWED))
              .map(line -> line.substring(ALLOWED.length()).strip())
              .findFirst()
              .orElse("");
      return list(list);
    }
  }

  /** Reads a list such as {@code 0-3,8}. */
  static IntStream list(String text) {
    return Stream.of(text.split(","))
        .filter(range -> !range.isEmpty())
        .flatMapToInt(
            range -> {
              String[] ends = range.split("-", 2);
              int first = Integer.parseInt(ends[0]);
              return IntStream.rangeClosed(first, Integer.parseInt(ends[ends.length - 1]));
            });
  }

  /** Reads which processors belong to the same core, one among them. */
  private String hardwareThreads(int processor) throws IOException {
    Path topology = root.resolve("sys/devices/system/cpu/cpu" + processor + "/topology");
    for (String name : List.of("core_cpus_list", "thread_siblings_list")) { // since 5.4, before
      Path file = topology.resolve(name);
      if (Files.isReadable(file)) {
        return Files.readString(file).strip();
      }
    }
    throw new IOException(topology + " does not tell the core");
  }
}
