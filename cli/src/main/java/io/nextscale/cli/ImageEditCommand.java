package io.nextscale.cli;

import io.nextscale.var.ImageEdit;
import io.nextscale.var.Inpainting;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.scale.Scales;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code edit}, {@code refine} and {@code expand} have in common: they start from images. */
abstract class ImageEditCommand implements Runnable, GenerationRun.Task {
  private final String name;
  private final Io io;
  private ImageInput input = ImageInput.none();

  @Mixin private ImageOptions images = new ImageOptions();

  @Option(
      names = "--class",
      paramLabel = "CLASS,...",
      description = {
        "Names or numbers: one for each image, one for all, or several for one image",
        "(default: no class)."
      })
  private List<String> classes = new ArrayList<>();

  @Mixin private SizeOptions size = new SizeOptions();
  @Mixin private ModelOptions model;
  @Mixin private SamplingOptions sampling = new SamplingOptions();
  @Mixin private OutputOptions output = new OutputOptions();

  /**
   * A command.
   *
   * @param demo the embedded model that it takes by default
   */
  ImageEditCommand(String name, String demo, Io io) {
    this.name = name;
    this.model = new ModelOptions(demo);
    this.io = io;
  }

  /** Checks the options that this command alone has, and reads their files. */
  abstract void prepare();

  /** What becomes of images. */
  abstract ImageEdit task(List<PixelArray> of);

  /** The options that this command alone has, as they would be given again. */
  abstract List<String> ownArguments();

  @Override
  public void run() {
    images.require();
    size.selection();
    model.check();
    OptionTypes.entries("--class", classes);
    prepare();
    input = images.read();
    new GenerationRun(name, io, model, sampling, output).run(this);
  }

  @Override
  public Scales scales(ModelSpec spec) {
    ImageEdit task = task(input.images());
    if (!(task instanceof Inpainting)) {
      spec.tokenizerSpec().requireFreeScales(name);
    }
    input.requireFit(spec.tokenizerSpec());
    Scales scales = task.scales(spec, size.selection());
    task.kept(spec, scales);
    return scales;
  }

  @Override
  public List<String> classes(ModelSpec spec) {
    List<String> given =
        classes.isEmpty()
            ? List.of(Integer.toString(spec.noClass()))
            : OptionTypes.entries("--class", classes);
    return input.count() == 1 ? given : ClassLists.forImages(given, input.count());
  }

  @Override
  public ImageEdit images(int from, int to) {
    List<PixelArray> all = input.images();
    return task(all.size() == 1 ? all : all.subList(from, to));
  }

  @Override
  public List<String> arguments(int index, int classId) {
    List<String> arguments = new ArrayList<>();
    String file = input.names().get(input.count() == 1 ? 0 : index);
    arguments.addAll(List.of("--image", file));
    arguments.addAll(ownArguments());
    arguments.addAll(List.of("--class", Integer.toString(classId)));
    return arguments;
  }
}
