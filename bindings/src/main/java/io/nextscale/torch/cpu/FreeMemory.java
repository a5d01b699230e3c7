package io.nextscale.torch.cpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Memory that this process can still take before the kernel ends a process: the least of what the
 * machine and each control group (container) around the process have left. Pages of files that they
 * hold count as free, since the kernel drops them when memory is short, and so does swap space.
 *
 * @param bytes free bytes
 * @param limit bytes of memory of that machine or container
 * @param container whether it is a container's limit that decides
 */
public record FreeMemory(long bytes, long limit, boolean container) {
  private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

  /** Measures now. Empty outside Linux, which is not asked for its free memory. */
  public static Optional<FreeMemory> now() {
    return of(Path.of("/"));
  }

  /** Reads {@code proc} and {@code sys} below a folder. */
  static Optional<FreeMemory> of(Path root) {
    String machine = read(root.resolve("proc/meminfo"));
    OptionalLong total = kilobytes(machine, "MemTotal");
    OptionalLong available = kilobytes(machine, "MemAvailable");
    if (total.isEmpty() || available.isEmpty()) {
      return Optional.empty();
    }
    long swap = kilobytes(machine, "SwapFree").orElse(0);
    FreeMemory least = new FreeMemory(available.getAsLong() + swap, total.getAsLong(), false);
    Path groups = root.resolve("sys/fs/cgroup");
    String own = read(root.resolve("proc/self/cgroup"));
    for (Version version : Version.values()) {
      Matcher line = version.line.matcher(own);
      if (line.find()) {
        Path top = groups.resolve(version.folder);
        Path folder = top.resolve(line.group(1).substring(1)).normalize();
        if (!folder.startsWith(top)) { // a group outside what this container sees
          folder = top;
        }
        while (folder.startsWith(top)) { // the limits of all groups around it hold too
          FreeMemory group = version.read(folder);
          if (group != null && group.bytes < least.bytes) {
            least = group;
          }
          folder = folder.resolve("..").normalize();
        }
      }
    }
    return Optional.of(least);
  }

  /** The two forms of control groups. */
  private enum Version {
    FIRST(
        "memory",
        "(?m)^\\d+:(?:[^:\\n]*,)?memory(?:,[^:\\n]*)?:(/.*)$",
        "memory.limit_in_bytes",
        "memory.usage_in_bytes",
        "total_"),
    SECOND("", "(?m)^0::(/.*)$", "memory.max", "memory.current", "");

    private final String folder;
    private final Pattern line;
    private final String limit;
    private final String usage;
    private final String prefix;

    Version(String folder, String line, String limit, String usage, String prefix) {
      this.folder = folder;
      this.line = Pattern.compile(line);
      this.limit = limit;
      this.usage = usage;
      this.prefix = prefix;
    }

    /** Reads a group; none if it does not exist or has no limit, which is the text "max". */
    @Nullable FreeMemory read(Path group) {
      OptionalLong most = number(FreeMemory.read(group.resolve(limit)).strip());
      OptionalLong used = number(FreeMemory.read(group.resolve(usage)).strip());
      if (most.isEmpty() || used.isEmpty()) {
        return null;
      }
      String parts = FreeMemory.read(group.resolve("memory.stat"));
      long files = entry(parts, "inactive_file") + entry(parts, "active_file");
      long free = most.getAsLong() - Math.max(0, used.getAsLong() - files);
      return new FreeMemory(Math.max(0, free), most.getAsLong(), true);
    }

    private long entry(String text, String name) {
      Matcher line = Pattern.compile("(?m)^" + prefix + name + " (\\d{1,18})$").matcher(text);
      return line.find() ? Long.parseLong(line.group(1)) : 0;
    }
  }

  private static OptionalLong kilobytes(String text, String name) {
    Matcher line = Pattern.compile("(?m)^" + name + ":\\s*(\\d{1,15}) kB$").matcher(text);
    return line.find()
        ? OptionalLong.of(Long.parseLong(line.group(1)) << 10)
        : OptionalLong.empty();
  }

  private static OptionalLong number(String text) {
    return NUMBER.matcher(text).matches()
        ? OptionalLong.of(Long.parseLong(text))
        : OptionalLong.empty();
  }

  private static String read(Path file) {
    try {
      return Files.isReadable(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      return ""; // as if the system did not tell
    }
  }
}
