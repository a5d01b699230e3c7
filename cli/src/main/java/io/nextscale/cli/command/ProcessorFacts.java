package io.nextscale.cli.command;

import io.nextscale.torch.cpu.Processor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Facts of the processor, as Linux tells them.
 *
 * @param name its name; empty outside Linux
 * @param instructions names of its instructions, such as {@code avx2}
 * @param cacheKilobytes size of a core's second cache; 0 if unknown
 */
record ProcessorFacts(String name, Set<String> instructions, int cacheKilobytes) {
  private static final Path CACHE = Path.of("/sys/devices/system/cpu/cpu0/cache/index2/size");

  /** Reads the first processor of this machine. */
  static ProcessorFacts ofMachine() {
    Processor processor = Processor.ofMachine();
    Matcher size = Pattern.compile("(\\d{1,9})K").matcher(read(CACHE).strip());
    return new ProcessorFacts(
        processor.name(),
        processor.instructions(),
        size.matches() ? Integer.parseInt(size.group(1)) : 0);
  }

  private static String read(Path file) {
    try {
      return Files.isReadable(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      return ""; // not told
    }
  }
}
