package io.nextscale.cli.output;

import io.nextscale.var.config.TokenizerConfig;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.TokenizerSpec;
import io.nextscale.var.sampling.ClassifierFreeGuidance;
import io.nextscale.var.sampling.GreedyGrids;
import io.nextscale.var.sampling.Sampling;
import java.util.Locale;
import java.util.stream.Collectors;

/** Prints a model's configuration. */
public record SpecListing(Console console) {
  /** Prints a whole model. */
  public void print(ModelSpec spec) {
    printScales(spec.tokenizerSpec());
    console.printRow("transformer", transformer(spec.transformer()));
    printTokenizer(spec.tokenizer());
    console.printRow("defaults", defaults(spec));
    console.printRow(
        "classes",
        "%s; %s stands for no class".formatted(spec.transformer().classes(), spec.noClass()));
    for (int id = 0; id < spec.classNames().size(); id++) {
      String name = Console.oneLine(spec.classNames().get(id));
      console.print(String.format(Locale.ROOT, "  %4d  %s", id, name));
    }
  }

  /** Prints a tokenizer alone. */
  public void print(TokenizerSpec spec) {
    printScales(spec);
    console.printRow("transformer", "none: for tokenize and reconstruct only");
    printTokenizer(spec.config());
  }

  private void printScales(TokenizerSpec spec) {
    boolean flex = spec.hasFreeScales();
    console.printRow("model", spec.name());
    console.printRow("family", spec.config().quantizer().label());
    console.printRow(
        "images",
        spec.imageSize()
            + " (height x width)"
            + (flex ? ", others in multiples of " + spec.patch() : ""));
    console.printRow("scales", "%s (%s tokens)".formatted(spec.scales(), spec.scales().tokens()));
  }

  private static String transformer(TransformerConfig config) {
    return "depth %s, width %s, %s, MLP %s%s"
        .formatted(
            config.depth(),
            config.width(),
            config.mixers().stream().map(m -> m.label(config)).collect(Collectors.joining("; ")),
            config.hiddenWidth(),
            config.sharedAdaLn() ? ", shared AdaLN" : "");
  }

  private void printTokenizer(TokenizerConfig config) {
    console.printRow(
        "tokenizer",
        "codebook %sx%s, channels %s x %s, 1/%s of the image's side"
            .formatted(
                config.vocabularySize(),
                config.codeWidth(),
                config.baseChannels(),
                config.decoderMultipliers(),
                config.downsampling()));
  }

  private static String defaults(ModelSpec spec) {
    ClassifierFreeGuidance guidance = spec.defaults().guidance();
    Sampling sampling = spec.defaults().sampling();
    return "--cfg %s --guidance %s --top-k %s --top-p %s --temperature %s%s%s%s"
        .formatted(
            guidance.strength(),
            Reproduction.optionValue(guidance.form()),
            sampling.topK().orElse(0),
            sampling.topP().orElse(0),
            sampling.temperature(),
            guidance.maxPatchNumber().isPresent()
                ? " --max-pn " + guidance.maxPatchNumber().getAsInt()
                : "",
            sampling.greedyGrids().equals(GreedyGrids.none()) ? "" : " --greedy-grids published",
            sampling.smooth() ? " --smooth" : "");
  }
}
