package io.nextscale.cli.option;

import io.nextscale.cli.output.CommandException;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.sampling.GreedyGrids;
import io.nextscale.var.sampling.Guidance;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.scale.Scales;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Guidance and sampling; options that are not given take the model's defaults. */
public final class SamplingOptions {
  /** Rules for greedy grids. */
  enum GreedyRule {
    PUBLISHED,
    NONE
  }

  @Mixin private GuidanceOptions guidance = new GuidanceOptions();

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description =
          "Draw among the K most probable codes (0: all; 1: always the most probable; default: the"
              + " model's).")
  private @Nullable Integer topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description =
          "Then among the most probable codes that add up to probability P (0: all; default: the"
              + " model's).")
  private @Nullable Double topP;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "Divide the logits by T (default: the model's).")
  private @Nullable Double temperature;

  @Option(
      names = "--smooth",
      negatable = true,
      description =
          "Mix codes instead of drawing one, for smoother images; VAR models only (default: the"
              + " model's).")
  private @Nullable Boolean smooth;

  @Option(
      names = "--greedy-grids",
      paramLabel = "published|none",
      description = {
        "Grids that always get the most probable code (default: the model's).",
        "published: FlexVAR's rule, grids with a side above --max-pn or not among"
            + " 1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 23, 24, 32 (where drawing gives noise);",
        "none: codes are drawn on all grids."
      })
  private @Nullable GreedyRule greedyGrids;

  @Option(
      names = "--exclude-codes",
      paramLabel = "CODE,...",
      split = ",",
      hideParamSyntax = true,
      description = "Codes that are never drawn: their logits are set to -100.")
  private List<Integer> excludedCodes = new ArrayList<>();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of the first image; image i has N + i (default: 0).")
  private long seed;

  /** Seed of the first image. */
  public long seed() {
    return seed;
  }

  /**
   * Checks what needs no model.
   *
   * @throws CommandException if options exclude each other
   */
  public void check() {
    guidance.check();
  }

  /**
   * The guidance of a model's images with these scales.
   *
   * @throws CommandException if an option is out of range
   * @throws IllegalArgumentException if the model cannot be guided so
   */
  public Guidance guidance(ModelSpec spec, Scales scales) {
    return guidance.of(spec, scales);
  }

  /**
   * The sampling for a model.
   *
   * @throws CommandException if an option is out of range
   * @throws IllegalArgumentException if the model cannot sample so
   */
  public Sampling sampling(ModelSpec spec) {
    Sampling chosen = spec.defaults().sampling();
    try {
      chosen = topK == null ? chosen : chosen.withTopK(limit(topK));
      chosen =
          topP == null
              ? chosen
              : chosen.withTopP(topP == 0 ? OptionalDouble.empty() : OptionalDouble.of(topP));
      chosen = temperature == null ? chosen : chosen.withTemperature(temperature);
      chosen = smooth == null ? chosen : chosen.withSmooth(smooth);
      chosen = excludedCodes.isEmpty() ? chosen : chosen.withExcludedCodes(excludedCodes);
      chosen = chosen.withGreedyGrids(greedyGrids(spec));
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
    return spec.requireSampling(chosen);
  }

  /** A limit of an option, where 0 means none. */
  static OptionalInt limit(int value) {
    return value == 0 ? OptionalInt.empty() : OptionalInt.of(value);
  }

  /** The greedy grids of the options, else the model's. */
  private GreedyGrids greedyGrids(ModelSpec spec) {
    GreedyGrids own = spec.defaults().sampling().greedyGrids();
    OptionalInt longestSide = guidance.longestSide(spec);
    return switch (greedyGrids) {
      case null -> guidance.changesLongestSide() ? own.withLongestSide(longestSide) : own;
      case PUBLISHED -> GreedyGrids.published(longestSide);
      case NONE -> GreedyGrids.none();
    };
  }

  /** The options that draw the same tokens again. */
  public List<String> arguments(ModelSpec spec, long imageSeed) {
    Sampling draw = sampling(spec);
    List<String> arguments = new ArrayList<>(guidance.arguments(spec));
    arguments.addAll(List.of("--top-k", Integer.toString(draw.topK().orElse(0))));
    arguments.addAll(List.of("--top-p", Double.toString(draw.topP().orElse(0))));
    arguments.addAll(List.of("--temperature", Double.toString(draw.temperature())));
    arguments.add(draw.smooth() ? "--smooth" : "--no-smooth");
    if (greedyGrids != null) {
      arguments.addAll(List.of("--greedy-grids", greedyGrids.name().toLowerCase(Locale.ROOT)));
    }
    if (!draw.excludedCodes().isEmpty()) {
      String codes =
          draw.excludedCodes().stream().map(String::valueOf).collect(Collectors.joining(","));
      arguments.addAll(List.of("--exclude-codes", codes));
    }
    arguments.add("--seed=" + imageSeed);
    return arguments;
  }
}
