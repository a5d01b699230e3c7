package io.nextscale.cli.command;

import io.nextscale.cli.output.CommandException;
import io.nextscale.cli.output.Console;
import io.nextscale.models.DemoModel;
import io.nextscale.var.edit.Refinement;
import io.nextscale.var.image.PixelArray;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nextscale refine}: makes a small image larger and generates the detail. */
@Command(
    description = {
      "Makes a small image larger and generates the detail. FlexVAR models only.",
      "The small scales are taken from the image, the larger ones are generated."
    },
    footer = {"", "Example:  nextscale refine --image small.png --size 128 --out large.png"})
public final class RefineCommand extends ImageEditCommand {
  @Option(
      names = "--keep-scales",
      paramLabel = "N",
      description =
          "Number of first scales that are kept from the image (default: all that are not larger"
              + " than it).")
  private @Nullable Integer keepScales;

  /** A command that prints to a console. */
  public RefineCommand(Console console) {
    super("refine", DemoModel.FLEXVAR, console);
  }

  @Override
  void checkOwn() {
    if (keepScales != null && keepScales < 1) {
      throw CommandException.usage("--keep-scales %s: expected at least 1".formatted(keepScales));
    }
  }

  @Override
  void readOwn() {} // it has none

  @Override
  boolean needsFreeScales() {
    return true;
  }

  @Override
  Refinement edit(List<PixelArray> of) {
    return new Refinement(of, keepScales);
  }

  @Override
  List<String> ownArguments() {
    return keepScales == null ? List.of() : List.of("--keep-scales", keepScales.toString());
  }
}
