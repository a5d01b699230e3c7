package io.nextscale.cli;

import io.nextscale.var.model.ScaleSelection;
import io.nextscale.var.scale.Scales;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** In which scales an image is described. */
class ScaleOptions {
  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Number of scales; FlexVAR models only (default: 10, more above 256 pixels).")
  private @Nullable Integer steps;

  @Option(
      names = "--scales",
      paramLabel = "1,2,3x4,...",
      description =
          "The scales themselves, grids of height x width tokens; FlexVAR models only (VAR models"
              + " have fixed ones).")
  private @Nullable Scales scales;

  /** Whether the scales themselves were given. */
  boolean areGiven() {
    return scales != null;
  }

  /** What was asked for. */
  ScaleSelection selection() {
    if (steps != null && steps < 1) {
      throw CommandException.usage("--steps " + steps + ": at least 1");
    }
    return new ScaleSelection(null, steps, scales);
  }
}
