package io.nextscale.cli.option;

import io.nextscale.cli.output.CommandException;
import io.nextscale.cli.output.Reproduction;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.sampling.ClassifierFreeGuidance;
import io.nextscale.var.sampling.Guidance;
import io.nextscale.var.sampling.ListedGuidance;
import io.nextscale.var.scale.Scales;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Guidance: a strength and its form, or a number for each scale. */
final class GuidanceOptions {
  private static final String WEIGHTS = "--guidance-weights";

  @Option(
      names = "--cfg",
      paramLabel = "STRENGTH",
      description = "Strength of classifier-free guidance (default: the model's).")
  private @Nullable Double cfg;

  @Option(
      names = "--guidance",
      paramLabel = "ramp|constant|above_one",
      description = {
        "Change of the guidance from scale to scale (default: the model's).",
        "ramp: the strength grows from 0 at the first scale to cfg at the last (off: cfg 0);",
        "constant: uncond + cfg (cond - uncond) at every scale (off: cfg 1);",
        "above_one: as constant, but off up to cfg 1 (LlamaGen)."
      })
  private ClassifierFreeGuidance.@Nullable Form guidance;

  @Option(
      names = WEIGHTS,
      paramLabel = "T,...",
      split = ",",
      hideParamSyntax = true,
      description = {
        "In the place of --cfg and --guidance: the guidance of each scale, one number for each.",
        "At T a scale is (1 + T) cond - T uncond (off: 0); a ramp is 0,...,cfg."
      })
  private List<Double> weights = new ArrayList<>();

  @Option(
      names = "--cfg-interval",
      paramLabel = "TOKENS",
      description =
          "Raster models: guide the first token and TOKENS + 1 after it, as LlamaGen (-1: guide all;"
              + " default: the model's).")
  private @Nullable Integer guidedTokens;

  @Option(
      names = "--max-pn",
      paramLabel = "SIDE",
      description =
          "Grids with a side of more than SIDE tokens get the ramp's full strength, and are greedy"
              + " with --greedy-grids published (0: no limit; default: the model's).")
  private @Nullable Integer maxPatchNumber;

  /**
   * Checks what needs no model.
   *
   * @throws CommandException if numbers of scales stand beside a strength, or one is not finite
   */
  void check() {
    if (weights.isEmpty()) {
      return;
    }
    if (cfg != null || guidance != null || guidedTokens != null) {
      throw CommandException.usage(
          WEIGHTS + " stands in the place of --cfg, --guidance and --cfg-interval: give either");
    }
    listed();
  }

  /**
   * The guidance of images with these scales.
   *
   * @throws CommandException if an option is out of range
   * @throws IllegalArgumentException if the model cannot be guided so, or the numbers are not one
   *     for each scale
   */
  Guidance of(ModelSpec spec, Scales scales) {
    if (weights.isEmpty()) {
      return spec.requireGuidance(withStrength(spec));
    }
    ListedGuidance listed = listed();
    listed.weight(scales, 0); // as many as scales
    return listed;
  }

  /** The largest grid that follows the ramp, by the option or the model's. */
  OptionalInt longestSide(ModelSpec spec) {
    return withStrength(spec).maxPatchNumber();
  }

  /** Whether the option changes the model's largest grid. */
  boolean changesLongestSide() {
    return maxPatchNumber != null;
  }

  private ListedGuidance listed() {
    try {
      return new ListedGuidance(weights);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }

  private ClassifierFreeGuidance withStrength(ModelSpec spec) {
    ClassifierFreeGuidance chosen = spec.defaults().guidance();
    try {
      chosen = guidance == null ? chosen : chosen.withForm(guidance);
      chosen = cfg == null ? chosen : chosen.withStrength(cfg);
      if (guidedTokens != null) {
        chosen =
            chosen.withInterval(
                guidedTokens == -1 ? OptionalInt.empty() : OptionalInt.of(guidedTokens));
      }
      return maxPatchNumber == null
          ? chosen
          : chosen.withMaxPatchNumber(SamplingOptions.limit(maxPatchNumber));
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }

  /** The options that give the same guidance again. */
  List<String> arguments(ModelSpec spec) {
    ClassifierFreeGuidance guide = withStrength(spec);
    List<String> arguments = new ArrayList<>();
    if (weights.isEmpty()) {
      arguments.addAll(List.of("--cfg", Double.toString(guide.strength())));
      arguments.addAll(List.of("--guidance", Reproduction.optionValue(guide.form())));
      if (guidedTokens != null || guide.interval().isPresent()) {
        arguments.add("--cfg-interval=" + guide.interval().orElse(-1));
      }
    } else {
      String list = weights.stream().map(String::valueOf).collect(Collectors.joining(","));
      arguments.add(WEIGHTS + "=" + list);
    }
    if (maxPatchNumber != null || guide.maxPatchNumber().isPresent()) {
      arguments.addAll(List.of("--max-pn", Integer.toString(guide.maxPatchNumber().orElse(0))));
    }
    return arguments;
  }
}
