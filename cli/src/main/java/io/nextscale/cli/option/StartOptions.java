package io.nextscale.cli.option;

import io.nextscale.cli.output.CommandException;
import io.nextscale.var.edit.TokenEdit;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.ScaleSelection;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Token maps that a generation starts from: those of its first scales are kept. */
public final class StartOptions {
  @Option(
      names = "--tokens",
      paramLabel = "FILE.safetensors",
      description =
          "Start from the token maps of this file, which --trace or tokenize wrote: all images keep"
              + " its first scales (--keep-scales) and differ in the others.")
  private @Nullable Path tokens;

  @Option(
      names = "--tokens-image",
      paramLabel = "I",
      description = "Image of --tokens, counted from 0 (default: 0).")
  private @Nullable Integer image;

  @Option(
      names = "--keep-scales",
      paramLabel = "N",
      description = "Number of first scales that are kept from --tokens.")
  private @Nullable Integer kept;

  /**
   * Checks the options.
   *
   * @throws CommandException if one is missing or out of range
   */
  public void check() {
    OptionNames given =
        OptionNames.given(List.of("--tokens-image", "--keep-scales"), image != null, kept != null);
    if (tokens == null && !given.isEmpty()) {
      throw CommandException.usage("%s %s --tokens".formatted(given.and(), given.need()));
    }
    if (tokens != null && kept == null) {
      throw CommandException.usage("--keep-scales is missing: the number of scales to keep");
    }
    if (kept != null && kept < 1) {
      throw CommandException.usage("--keep-scales %s: expected at least 1".formatted(kept));
    }
    if (image != null && image < 0) {
      throw CommandException.usage("--tokens-image %s: expected at least 0".formatted(image));
    }
  }

  /**
   * Reads the token maps.
   *
   * @param selection the scales of the options
   * @return the start; null if none was given
   * @throws CommandException if the file does not fit the model
   */
  public @Nullable TokenEdit read(ModelSpec spec, ScaleSelection selection) {
    if (tokens == null || kept == null) {
      return null;
    }
    TokenMaps all = TokenInput.read(tokens, spec.tokenizerSpec(), selection).tokens();
    int chosen = image == null ? 0 : image;
    if (chosen >= all.batch()) {
      throw new CommandException(
          "--tokens-image %s: %s has the images 0 to %s"
              .formatted(chosen, tokens, all.batch() - 1));
    }
    Scales scales = all.scales();
    if (kept > scales.count()) {
      throw new CommandException(
          "--keep-scales %s: %s has %s scales, %s".formatted(kept, tokens, scales.count(), scales));
    }
    return TokenEdit.keeping(all.slice(chosen, chosen + 1), kept);
  }

  /** The options that start in the same way. */
  public List<String> arguments() {
    if (tokens == null || kept == null) {
      return List.of();
    }
    return List.of(
        "--tokens",
        tokens.toString(),
        "--tokens-image",
        Integer.toString(image == null ? 0 : image),
        "--keep-scales",
        Integer.toString(kept));
  }
}
