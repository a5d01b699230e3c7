package io.nextscale.cli.command;

import io.nextscale.cli.option.Place;
import io.nextscale.cli.output.Console;
import io.nextscale.models.DemoModel;
import io.nextscale.var.edit.Expansion;
import io.nextscale.var.image.PixelArray;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nextscale expand}: continues an image beyond its borders. */
@Command(
    description = {
      "Continues an image beyond its borders, to another aspect ratio. FlexVAR models only."
    },
    footer = {"", "Example:  nextscale expand --image a.png --size 64x96 --out wide.png"})
public final class ExpandCommand extends ImageEditCommand {
  @Option(
      names = "--place",
      paramLabel = "y,x",
      description =
          "Place of the image in the larger one: 0 top or left, 1 bottom or right (default:"
              + " 0.5,0.5, the middle).")
  private Place place = new Place(0.5, 0.5);

  /** A command that prints to a console. */
  public ExpandCommand(Console console) {
    super("expand", DemoModel.FLEXVAR, console);
  }

  @Override
  void checkOwn() {} // Place checks its own

  @Override
  void readOwn() {} // it has none

  @Override
  boolean needsFreeScales() {
    return true;
  }

  @Override
  Expansion edit(List<PixelArray> of) {
    return new Expansion(of, place.y(), place.x());
  }

  @Override
  List<String> ownArguments() {
    return List.of("--place", place.y() + "," + place.x());
  }
}
