package io.nextscale.cli;

import io.nextscale.models.DemoModel;
import io.nextscale.var.PictureRefinement;
import io.nextscale.var.image.PixelArray;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nextscale refine}: a small picture becomes a larger one with more detail. */
@Command(
    description = {
      "Makes a small picture larger and generates the detail. FlexVAR models only.",
      "The small scales are the picture's own, the larger ones are generated."
    },
    footer = {"", "Example:  nextscale refine --image small.png --size 512 --model flexvar-d24"})
final class RefineCommand extends PictureTaskCommand {
  @Option(
      names = "--keep-scales",
      paramLabel = "N",
      description = {
        "The first N scales are the picture's own",
        "(default: all that are not larger than the picture)."
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
  PictureRefinement task(List<PixelArray> of) {
    return new PictureRefinement(of, keepScales);
  }

  @Override
  List<String> ownArguments() {
    return keepScales == null ? List.of() : List.of("--keep-scales", keepScales.toString());
  }
}
