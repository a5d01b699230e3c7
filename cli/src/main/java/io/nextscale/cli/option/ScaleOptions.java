package io.nextscale.cli.option;

import io.nextscale.cli.output.CommandException;
import io.nextscale.var.model.ScaleSelection;
import io.nextscale.var.scale.Scales;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The scales of an image. */
public class ScaleOptions {
  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "Number of scales; FlexVAR models only (default: the model's at its own size, at other sizes"
              + " up to 10, and more where both sides have more than 16 tokens).")
  private @Nullable Integer steps;

  @Option(
      names = "--scales",
      paramLabel = "1,2,3x4,...",
      description =
          "The scales one by one, each a grid of height x width tokens; FlexVAR models only (the"
              + " scales of a VAR model are fixed).")
  private @Nullable Scales scales;

  /** Whether the scales were given one by one. */
  public boolean areGiven() {
    return scales != null;
  }

  /**
   * The options as a selection.
   *
   * @throws CommandException if the number of steps is below 1
   */
  public ScaleSelection selection() {
    if (steps != null && steps < 1) {
      throw CommandException.usage("--steps %s: expected at least 1".formatted(steps));
    }
    return new ScaleSelection(null, steps, scales);
  }
}
