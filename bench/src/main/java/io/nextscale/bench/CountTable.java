package io.nextscale.bench;

import io.nextscale.var.model.ModelSpec;
import java.io.PrintStream;
import java.util.function.IntFunction;

/** Prints the work of one image, which is counted and not measured. */
final class CountTable {
  private CountTable() {}

  /**
   * Prints the table of one image.
   *
   * @param guided whether the image takes two rows of the batch
   * @param bytesPerElement bytes of a weight of the blocks
   */
  static void print(PrintStream out, ModelSpec spec, boolean guided, int bytesPerElement) {
    TransformerWork loop = TransformerWork.of(spec, 1, guided, bytesPerElement);
    out.printf(
        "%s, one %s image of %s, %d bytes a weight of the blocks%n%n",
        spec.name(), guided ? "guided" : "unguided", spec.imageSize(), bytesPerElement);
    out.printf("%-32s %10s %12s%n", "", "TFLOP", "weights, MiB");
    for (int k = 0; k < spec.scales().count(); k++) {
      row(out, "scale " + (k + 1) + ": " + spec.scales().get(k), loop.scale(k));
    }
    row(out, "loop", loop.loop());
    part(out, "linear", loop, loop::linear);
    part(out, "mixing", loop, loop::mixing);
    part(out, "head", loop, loop::head);
    part(out, "word embedding", loop, loop::embedding);
    DecoderWork decoder = DecoderWork.of(spec, bytesPerElement);
    row(out, "decode", decoder.total());
    decoder.parts().forEach((name, work) -> row(out, "  " + name, work));
    row(out, "total", loop.loop().plus(decoder.total()));
    row(out, "AdaLN of new classes", loop.adaLn());
  }

  private static void part(
      PrintStream out, String name, TransformerWork loop, IntFunction<Work> kind) {
    row(out, "  " + name, loop.atAll(kind));
  }

  private static void row(PrintStream out, String name, Work work) {
    out.printf("%-32s %10.5f %12.1f%n", name, work.flops() * 1e-12, work.bytes() / (1 << 20));
  }
}
