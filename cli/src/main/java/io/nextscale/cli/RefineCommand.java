package io.nextscale.cli;

import io.nextscale.models.DemoModel;
import io.nextscale.var.Refinement;
import io.nextscale.var.image.PixelArray;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nextscale refine}: a small image becomes a larger one with more detail. */
@Command(
    description = {
      "Makes a small image larger and generates the detail. FlexVAR models only.",
      "The small scales are the image's own, the larger ones are generated."
    },
    footer = {"", "Example:  nextscale refine --image small.png --size 512 --model flexvar-d24"})
final class RefineCommand extends ImageEditCommand {
  @Option(
      names = "--keep-scales",
      paramLabel = "N",
      description = {
        "The first N scales are the image's own",
        "(default: all that are not larger than the image)."
      })
  private @Nullable Integer keepScales;

  RefineCommand(Io io) {
    super("refine", DemoModel.FLEXVAR, io);
  }

  @Override
  void prepare() {
    if (keepScales != null && keepScales < 1) {
      throw CommandException.usage("--keep-scales " + keepScales + ": at least 1");
    }
  }

  @Override
  Refinement task(List<PixelArray> of) {
    return new Refinement(of, keepScales);
  }

  @Override
  List<String> ownArguments() {
    return keepScales == null ? List.of() : List.of("--keep-scales", keepScales.toString());
  }
}
