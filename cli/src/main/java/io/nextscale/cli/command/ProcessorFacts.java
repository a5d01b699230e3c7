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
 * @param bfloat16Tiles whether oneDNN computes bfloat16 products on its matrix tiles
 * @param cacheKilobytes size of a core's second cache; 0 if unknown
 */
record ProcessorFacts(
    String name, Set<String> instructions, boolean bfloat16Tiles, int cacheKilobytes) {
  private static final Path CACHE = Path.of("/sys/devices/system/cpu/cpu0/cache/index2/size");

  /** Reads the first processor of this machine. */
  static ProcessorFacts ofMachine() {
    Processor processor = Processor.ofMachine();
    Matcher size = Pattern.compile("(\\d{1,9})K").matcher(read(CACHE).strip());
    return new ProcessorFacts(
        processor.name(),
        processor.instructions(),
        processor.hasBfloat16Tiles(),
        size.matches() ? Integer.parseInt(size.group(1)) : 0);
  }

  /**
   * Names the bfloat16 instructions that computations use, and the element type that they suggest
   * (docs/PERFORMANCE.md, "Dtype").
   *
   * @param kernels whether oneDNN computes linear layers in bfloat16
   */
  String bfloat16(boolean kernels) {
    if (!kernels) {
      return "no instructions that oneDNN uses: --dtype f32 is the faster type";
    }
    String used = "instructions that oneDNN uses";
    if (bfloat16Tiles) {
      used = "matrix tiles (amx_bf16)";
    } else if (instructions.contains("avx512_bf16")) {
      used = "AVX-512 (avx512_bf16)";
    }
    return used + ": --dtype bf16 is the faster type; f32 gives the tokens of the official code";
  }

  private static String read(Path file) {
    try {
      return Files.isReadable(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      return ""; // not told
    }
  }
}
