package io.nextscale.cli;

import io.nextscale.var.EditRegion;
import io.nextscale.var.PictureEdit;
import io.nextscale.var.image.MaskImage;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.ModelSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nextscale edit}: a part of a picture is generated anew. */
@Command(
    description = {
      "Generates a part of a picture anew and keeps the rest.",
      "In-painting; with --outpaint out-painting; with --class class-conditional editing."
    },
    footer = {"", "Example:  nextscale edit --image a.png --box 0.25,0.25,0.75,0.75 --class fruit"})
final class EditCommand implements Runnable, GenerationRun.Task {
  private final Io io;
  private PictureInput input = new PictureInput(List.of(), List.of());
  private @Nullable EditRegion region;

  @Option(
      names = "--image",
      required = true,
      paramLabel = "FILE,...",
      description = "PNG or JPEG files of the model's size, or one .safetensors with image.")
  private List<String> images = new ArrayList<>();

  @Option(
      names = "--box",
      paramLabel = "y0,x0,y1,x1",
      description = "The part to be generated, in fractions of the picture.")
  private EditRegion.@Nullable Box box;

  @Option(
      names = "--mask",
      paramLabel = "FILE",
      description = "The part to be generated is white in this picture of the same size.")
  private @Nullable Path mask;

  @Option(names = "--outpaint", description = "Keep this part and generate everything around it.")
  private boolean outpaint;

  @Option(
      names = "--class",
      paramLabel = "CLASS,...",
      description = {
        "Names or numbers: one for each picture, one for all, or several for one picture",
        "(default: no class)."
      })
  private List<String> classes = new ArrayList<>();

  @Mixin private ModelOptions model = new ModelOptions();
  @Mixin private SamplingOptions sampling = new SamplingOptions();
  @Mixin private OutputOptions output = new OutputOptions();

  EditCommand(Io io) {
    this.io = io;
  }

  @Override
  public void run() {
    Path maskFile = mask;
    EditRegion.Box boxed = box;
    if ((boxed == null) == (maskFile == null)) {
      throw CommandException.usage(
          boxed == null ? "--box or --mask is missing" : "--box and --mask exclude each other");
    }
    OptionTypes.entries("--class", classes);
    region = maskFile == null ? boxed : EditRegion.whiteOf(MaskImage.read(maskFile));
    input = PictureInput.read(images);
    new GenerationRun("edit", io, model, sampling, output).run(this);
  }

  private EditRegion region() {
    if (region == null) {
      throw new IllegalStateException("the region is read first");
    }
    return region;
  }

  @Override
  public List<String> classes(ModelSpec spec) {
    input.requireSize(spec);
    region().mask(spec, outpaint);
    List<String> given =
        classes.isEmpty()
            ? List.of(Integer.toString(spec.noClass()))
            : OptionTypes.entries("--class", classes);
    if (given.size() == 1) {
      return Collections.nCopies(input.count(), given.getFirst());
    }
    if (input.count() != 1 && input.count() != given.size()) {
      throw CommandException.usage(
          "--class names "
              + given.size()
              + " classes for "
              + input.count()
              + " pictures: expected one for each, or one for all");
    }
    return given;
  }

  @Override
  public PictureEdit edit(int from, int to) {
    List<PixelArray> all = input.pictures();
    return new PictureEdit(all.size() == 1 ? all : all.subList(from, to), region(), outpaint);
  }

  @Override
  public List<String> arguments(int index, int classId) {
    List<String> arguments = new ArrayList<>();
    String name = input.names().get(input.count() == 1 ? 0 : index);
    arguments.addAll(List.of("--image", name));
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
    arguments.addAll(List.of("--class", Integer.toString(classId)));
    return arguments;
  }
}
