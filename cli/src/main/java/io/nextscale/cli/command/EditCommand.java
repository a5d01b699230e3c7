package io.nextscale.cli.command;

import io.nextscale.cli.output.CommandException;
import io.nextscale.cli.output.Console;
import io.nextscale.models.DemoModel;
import io.nextscale.var.edit.EditRegion;
import io.nextscale.var.edit.Inpainting;
import io.nextscale.var.image.MaskImage;
import io.nextscale.var.image.PixelArray;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nextscale edit}: generates a part of an image anew. */
@Command(
    description = {
      "Generates a part of an image anew and keeps the rest.",
      "This is in-painting; with --outpaint it is out-painting, with --class class-conditional"
          + " editing."
    },
    footer = {"", "Example:  nextscale edit --image a.png --box 0.25,0.25,0.75,0.75 --class fruit"})
public final class EditCommand extends ImageEditCommand {
  private @Nullable EditRegion region;

  @Option(
      names = "--box",
      paramLabel = "y0,x0,y1,x1",
      description = "Part to generate, in fractions of the image.")
  private EditRegion.@Nullable Box box;

  @Option(
      names = "--mask",
      paramLabel = "FILE",
      description = "Image of the same size in which the part to generate is white.")
  private @Nullable Path mask;

  @Option(names = "--outpaint", description = "Keep this part and generate everything around it.")
  private boolean outpaint;

  /** A command that prints to a console. */
  public EditCommand(Console console) {
    super("edit", DemoModel.VAR, console);
  }

  @Override
  void checkOwn() {
    if ((box == null) == (mask == null)) {
      throw CommandException.usage(
          box == null ? "--box or --mask is missing" : "--box and --mask exclude each other");
    }
  }

  @Override
  void readOwn() {
    region = mask == null ? box : EditRegion.whiteOf(MaskImage.read(mask));
  }

  @Override
  boolean needsFreeScales() {
    return false;
  }

  @Override
  Inpainting edit(List<PixelArray> of) {
    if (region == null) {
      throw new IllegalStateException("readOwn() reads the region first");
    }
    return new Inpainting(of, region, outpaint);
  }

  @Override
  List<String> ownArguments() {
    List<String> arguments = new ArrayList<>();
    if (box != null) {
      String corners = box.y0() + "," + box.x0() + "," + box.y1() + "," + box.x1();
      arguments.addAll(List.of("--box", corners));
    }
    if (mask != null) {
      arguments.addAll(List.of("--mask", mask.toString()));
    }
    if (outpaint) {
      arguments.add("--outpaint");
    }
    return arguments;
  }
}
