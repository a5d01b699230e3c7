package io.nextscale.bench;

import io.nextscale.torch.DType;
import io.nextscale.torch.Torch;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.scale.PictureSize;
import io.nextscale.var.scale.Scales;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;

/**
 * Time and memory of one guided picture by its size, for a model that makes any: one picture each,
 * after a small one to warm up. Memory is the highest resident size during the picture, less what
 * was resident before the first one; Linux only.
 */
public final class SizeTable {
  private static final List<String> SIZES =
      List.of("128", "192", "256", "256x512", "384", "512", "640", "768");
  private static final String WARM_UP = "128";
  private static final long MEBI = 1 << 20;

  private SizeTable() {}

  /**
   * Prints the table in Markdown.
   *
   * @param arguments a FlexVAR preset; then f32 or bf16; then sizes
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 1) {
      System.err.println("usage: sizes MODEL [f32|bf16] [HEIGHTxWIDTH...]");
      System.exit(2);
    }
    DType computeType = BenchModel.computeType(arguments.length > 1 ? arguments[1] : "f32");
    List<String> sizes =
        arguments.length > 2 ? Arrays.asList(arguments).subList(2, arguments.length) : SIZES;
    try (ImageGenerator generator = BenchModel.load(arguments[0], computeType)) {
      PrintStream out = System.out;
      out.printf(
          "%s, %s, libtorch %s with %d threads, Java %s%n%n",
          arguments[0], computeType, Torch.version(), Torch.threads(), Runtime.version());
      out.println(
          "| pixels | steps | tokens | of the last scale | scales, s | decode, s | total, s"
              + " | memory, MiB |");
      out.println("|---|---|---|---|---|---|---|---|");
      generate(generator, PictureSize.parse(WARM_UP));
      long before = ResidentMemory.now();
      for (String size : sizes) {
        row(out, generator, PictureSize.parse(size), before);
      }
    }
  }

  private static void row(PrintStream out, ImageGenerator generator, PictureSize size, long before)
      throws IOException {
    ResidentMemory.resetPeak();
    GenerationResult result = generate(generator, size);
    long peak = ResidentMemory.peak();
    Scales scales = result.tokens().scales();
    double loop = result.timings().transformer().stream().mapToDouble(d -> d).sum();
    out.printf(
        "| %s | %d | %d | %d | %.2f | %.2f | %.2f | %d |%n",
        size,
        scales.count(),
        scales.tokens(),
        scales.last().tokens(),
        loop,
        result.timings().decode(),
        result.timings().total(),
        (peak - before) / MEBI);
  }

  private static GenerationResult generate(ImageGenerator generator, PictureSize size) {
    return generator.generate(
        GenerationRequest.of(1).seed(1).size(size.height(), size.width()).build());
  }
}
