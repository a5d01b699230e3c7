package io.nextscale.torch.cpu;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A processor, as Linux tells it in {@code /proc/cpuinfo}.
 *
 * @param name its name; empty outside Linux and where Linux tells none
 * @param instructions names of its instructions, such as {@code avx2}; empty outside Linux
 */
public record Processor(String name, Set<String> instructions) {
  private static final Processor OF_MACHINE = read(Path.of("/proc/cpuinfo"));

  /** Makes a processor; the set is copied. */
  public Processor {
    instructions = Collections.unmodifiableSet(new TreeSet<>(instructions));
  }

  /** The first processor of this machine. */
  public static Processor ofMachine() {
    return OF_MACHINE;
  }

  static Processor read(Path file) {
    String text = text(file);
    String instructions = line(text, "flags").or(() -> line(text, "Features")).orElse("").strip();
    return new Processor(
        line(text, "model name").orElse(""),
        instructions.isEmpty() ? Set.of() : Set.copyOf(List.of(instructions.split("\\s+"))));
  }

  private static String text(Path file) {
    try {
      return Files.isReadable(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      return ""; // not told
    }
  }

  private static Optional<String> line(String text, String key) {
    Matcher line = Pattern.compile("(?m)^" + key + "\\s*:(.*)$").matcher(text);
    return line.find() ? Optional.of(line.group(1).strip()) : Optional.empty();
  }

  /**
   * Whether oneDNN computes bfloat16 products on matrix tiles: the processor has AMX, and the
   * environment does not limit oneDNN to earlier instructions.
   */
  public boolean hasBfloat16Tiles() {
    return hasBfloat16Tiles(System.getenv());
  }

  boolean hasBfloat16Tiles(Map<String, String> environment) {
    String old = environment.getOrDefault("DNNL_MAX_CPU_ISA", "");
    String limit = environment.getOrDefault("ONEDNN_MAX_CPU_ISA", old);
    boolean limited =
        !limit.isEmpty()
            && !limit.equalsIgnoreCase("DEFAULT")
            && !limit.toUpperCase(Locale.ROOT).contains("AMX");
    return instructions.contains("amx_bf16") && instructions.contains("amx_tile") && !limited;
  }
}
