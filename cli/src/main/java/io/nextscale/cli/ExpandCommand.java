package io.nextscale.cli;

import io.nextscale.models.DemoModel;
import io.nextscale.var.Expansion;
import io.nextscale.var.image.PixelArray;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nextscale expand}: an image is continued beyond its borders. */
@Command(
    description = {
      "Continues an image beyond its borders, to another aspect ratio. FlexVAR models only."
    },
    footer = {"", "Example:  nextscale expand --image a.png --size 256x512 --model flexvar-d24"})
final class ExpandCommand extends ImageEditCommand {
  /** Where the image lies in the larger one: from the top and from the left, 0 to 1. */
  record Place(double y, double x) {}

  @Option(
      names = "--place",
      paramLabel = "y,x",
      description = {
        "Where the image lies in the larger one: 0 top or left, 1 bottom or right",
        "(default: 0.5,0.5, in the middle)."
      })
  private Place place = new Place(0.5, 0.5);

  ExpandCommand(Io io) {
    super("expand", DemoModel.FLEXVAR, io);
  }

  @Override
  void prepare() {}

  @Override
  Expansion task(List<PixelArray> of) {
    return new Expansion(of, place.y(), place.x());
  }

  @Override
  List<String> ownArguments() {
    return List.of("--place", place.y() + "," + place.x());
  }
}
