package io.nextscale.bench;

import io.nextscale.torch.Torch;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scales;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Measures time and memory of a guided image by its size, for a model with free scales: one image
 * of each size, after a warm-up with small ones. Memory is the highest resident size during the
 * image, less the resident size before the first one; Linux only.
 */
public final class SizeBenchmark {
  private static final List<String> SIZES =
      List.of("128", "192", "256", "256x512", "384", "512", "640", "768");
  private static final String WARM_UP_SIZE = "128";
  private static final int WARM_UPS = 3;
  private static final long MEBI = 1 << 20;

  private SizeBenchmark() {}

  /**
   * Prints the table in Markdown.
   *
   * @param arguments a FlexVAR preset; then f32 or bf16; then sizes; anywhere {@code --json FILE},
   *     which gets the figures as JSON
   */
  public static void main(String[] arguments) throws IOException {
    List<String> rest = new ArrayList<>(List.of(arguments));
    int option = rest.indexOf("--json");
    Path json = option < 0 || option + 1 == rest.size() ? null : Path.of(rest.get(option + 1));
    if (json != null) {
      rest.subList(option, option + 2).clear();
    }
    if (rest.isEmpty()) {
      System.err.println("usage: sizes MODEL [f32|bf16] [HEIGHTxWIDTH...] [--json FILE]");
      System.exit(2);
    }
    String type = rest.size() > 1 ? rest.get(1) : "f32";
    List<String> sizes = rest.size() > 2 ? rest.subList(2, rest.size()) : SIZES;
    List<Map<String, Object>> rows = new ArrayList<>();
    try (ImageGenerator generator = BenchModel.load(rest.get(0), BenchModel.computeType(type))) {
      PrintStream out = System.out;
      out.printf(
          "%s, %s, libtorch %s with %d threads, Java %s%n%n",
          rest.get(0), type, Torch.version(), CpuThreads.count(), Runtime.version());
      out.println(
          "| pixels | steps | tokens | of the last scale | TFLOP | scales, s | decode, s | total, s"
              + " | TFLOP/s | memory, MiB |");
      out.println("|---|---|---|---|---|---|---|---|---|---|");
      for (int i = 0; i < WARM_UPS; i++) {
        generate(generator, ImageSize.parse(WARM_UP_SIZE));
      }
      long before = ResidentMemory.now();
      for (String size : sizes) {
        rows.add(row(out, generator, ImageSize.parse(size), before));
      }
    }
    if (json != null) {
      ResultFile.write(
          json, "sizes", Map.of("model", rest.get(0), "compute_type", type, "sizes", rows));
    }
  }

  private static Map<String, Object> row(
      PrintStream out, ImageGenerator generator, ImageSize size, long before) throws IOException {
    ResidentMemory.resetPeak();
    GenerationResult result = generate(generator, size);
    long peak = ResidentMemory.peak();
    Scales scales = result.tokens().scales();
    double loop = result.timings().transformer().stream().mapToDouble(d -> d).sum();
    ModelSpec spec = generator.spec();
    int bytes = generator.options().computeType().byteSize();
    double flops =
        new TransformerWork(spec.transformer(), scales, 1, true, bytes).loop().flops()
            + DecoderWork.of(spec, scales.last(), bytes).total().flops();
    double total = result.timings().total();
    out.printf(
        "| %s | %d | %d | %d | %.2f | %.2f | %.2f | %.2f | %.3f | %d |%n",
        size,
        scales.count(),
        scales.tokens(),
        scales.last().tokens(),
        flops * 1e-12,
        loop,
        result.timings().decode(),
        total,
        flops * 1e-12 / total,
        (peak - before) / MEBI);
    return Map.of("size", size.toString(), "flops", flops, "seconds", total);
  }

  private static GenerationResult generate(ImageGenerator generator, ImageSize size) {
    return generator.generate(
        GenerationRequest.of(1).seed(1).size(size.height(), size.width()).build());
  }
}
