package io.nextscale.cli;

import io.nextscale.var.generate.GreedyGrids;
import io.nextscale.var.generate.Guidance;
import io.nextscale.var.generate.Sampling;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.TokenizerSpec;
import io.nextscale.var.tokenizer.TokenizerConfig;
import io.nextscale.var.transformer.TransformerConfig;
import java.io.PrintStream;

/** A model's configuration for people. */
final class SpecListing {
  private SpecListing() {}

  static void print(ModelSpec spec, PrintStream out) {
    TransformerConfig transformer = spec.transformer();
    Guidance guidance = spec.defaults().guidance();
    Sampling sampling = spec.defaults().sampling();
    printScales(spec.tokenizerSpec(), out);
    line(
        out,
        "transformer",
        "depth "
            + transformer.depth()
            + ", width "
            + transformer.width()
            + ", "
            + transformer.heads()
            + " heads, MLP "
            + transformer.hiddenWidth()
            + (transformer.sharedAdaLn() ? ", shared AdaLN" : "")
            + (transformer.normalizedAttention() ? ", L2-normalised attention" : ""));
    printNetwork(spec.tokenizer(), out);
    line(
        out,
        "defaults",
        "--cfg "
            + guidance.strength()
            + " --guidance "
            + Reproduction.name(guidance.form())
            + " --top-k "
            + sampling.topK().orElse(0)
            + " --top-p "
            + sampling.topP().orElse(0)
            + " --temperature "
            + sampling.temperature()
            + (guidance.maxPatchNumber().isPresent()
                ? " --max-pn " + guidance.maxPatchNumber().getAsInt()
                : "")
            + (sampling.greedyGrids().equals(GreedyGrids.none()) ? "" : " --greedy-grids published")
            + (sampling.smooth() ? " --smooth" : ""));
    line(out, "classes", transformer.classes() + "; " + spec.noClass() + " stands for no class");
    for (int id = 0; id < spec.classNames().size(); id++) {
      out.printf("  %4d  %s%n", id, Errors.oneLine(spec.classNames().get(id)));
    }
  }

  /** A tokenizer alone. */
  static void printTokenizer(TokenizerSpec spec, PrintStream out) {
    printScales(spec, out);
    line(out, "transformer", "none: for tokenize and reconstruct only");
    printNetwork(spec.config(), out);
  }

  private static void printScales(TokenizerSpec spec, PrintStream out) {
    line(out, "model", spec.name());
    boolean flex = spec.hasFreeScales();
    line(
        out,
        "family",
        flex
            ? "FlexVAR (ground-truth prediction; scales per request)"
            : "VAR (residual quantizer; fixed scales)");
    String others = ", others in multiples of " + spec.patch();
    line(out, "images", spec.imageSize() + " (height x width)" + (flex ? others : ""));
    line(out, "scales", spec.scales() + " (" + spec.scales().tokens() + " tokens)");
  }

  private static void printNetwork(TokenizerConfig tokenizer, PrintStream out) {
    line(
        out,
        "tokenizer",
        "codebook "
            + tokenizer.vocabularySize()
            + "x"
            + tokenizer.codeWidth()
            + ", channels "
            + tokenizer.baseChannels()
            + " x "
            + tokenizer.decoderMultipliers()
            + ", 1/"
            + tokenizer.downsampling()
            + " of the image's side");
  }

  private static void line(PrintStream out, String key, String value) {
    out.printf("%-16s%s%n", key, Errors.oneLine(value));
  }
}
