package io.nextscale.cli.option;

import io.nextscale.cli.output.CommandException;
import io.nextscale.train.recipe.FidPlan;
import io.nextscale.train.recipe.Recipe;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The Fréchet distance of generated images from held-out ones, as a figure of a training. */
public final class FidOptions {
  @Option(
      names = "--fid-samples",
      paramLabel = "N",
      description =
          "At each evaluation of the transformer, generate N images and compute their FID from the"
              + " held-out images; needs --inception (default: the recipe's fid_samples, or none).")
  private @Nullable Integer samples;

  @Option(
      names = "--inception",
      paramLabel = "FILE.pth",
      description =
          "With --fid-samples: weights of the Inception network,"
              + " pt_inception-2015-12-05-6726825d.pth.")
  private @Nullable Path inception;

  @Option(
      names = "--any-inception",
      description = "With --fid-samples: accept other weights of the Inception network.")
  private boolean anyInception;

  /**
   * The plan of the distance, if it is wanted.
   *
   * @throws CommandException if an option is missing or out of range
   */
  public Optional<FidPlan> plan(Recipe recipe) {
    int count = samples == null ? recipe.fidSamples() : samples;
    if (count == 0) {
      OptionNames given =
          OptionNames.given(
              List.of("--inception", "--any-inception"), inception != null, anyInception);
      if (!given.isEmpty()) {
        throw CommandException.usage("%s %s --fid-samples".formatted(given.and(), given.need()));
      }
      return Optional.empty();
    }
    if (inception == null) {
      throw CommandException.usage(
          samples == null
              ? "fid_samples %s of the recipe needs --inception; --fid-samples 0 leaves it out"
                  .formatted(count)
              : "--fid-samples %s needs --inception".formatted(count));
    }
    try {
      return Optional.of(new FidPlan(count, inception, anyInception));
    } catch (IllegalArgumentException e) {
      throw CommandException.usage("--" + String.valueOf(e.getMessage()).replace('_', '-'));
    }
  }
}
