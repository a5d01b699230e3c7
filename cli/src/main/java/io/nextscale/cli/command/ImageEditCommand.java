package io.nextscale.cli.command;

import io.nextscale.cli.option.ClassList;
import io.nextscale.cli.option.ImageInput;
import io.nextscale.cli.option.ImageOptions;
import io.nextscale.cli.option.ModelOptions;
import io.nextscale.cli.option.OutputOptions;
import io.nextscale.cli.option.SamplingOptions;
import io.nextscale.cli.option.SizeOptions;
import io.nextscale.cli.output.Console;
import io.nextscale.var.edit.ImageEdit;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.scale.Scales;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Commands that start from images: {@code edit}, {@code refine} and {@code expand}. */
abstract class ImageEditCommand implements Runnable, GenerationRun.Task {
  private final String name;
  private final Console console;
  private ImageInput input = ImageInput.none();

  @Mixin private ImageOptions images = new ImageOptions();

  @Option(
      names = "--class",
      paramLabel = "CLASS,...",
      description =
          "Classes, names or numbers: one for each image, one for all images, or several for one"
              + " image (default: no class).")
  private List<String> classes = new ArrayList<>();

  @Mixin private SizeOptions size = new SizeOptions();
  @Mixin private ModelOptions model;
  @Mixin private SamplingOptions sampling = new SamplingOptions();
  @Mixin private OutputOptions output = new OutputOptions();

  /**
   * Sets what the commands differ in.
   *
   * @param demo the embedded model that is the default
   */
  ImageEditCommand(String name, String demo, Console console) {
    this.name = name;
    this.model = ModelOptions.ofGeneration(demo);
    this.console = console;
  }

  /** Checks the options of this command alone. */
  abstract void checkOwn();

  /** Reads the files of this command's own options. */
  abstract void readOwn();

  /** Whether the command needs a model whose scales are free. */
  abstract boolean needsFreeScales();

  /** The edit of images. */
  abstract ImageEdit edit(List<PixelArray> of);

  /** The options of this command alone that make the same edit again. */
  abstract List<String> ownArguments();

  @Override
  public void run() {
    images.require();
    size.selection();
    model.check();
    ClassList.check(classes);
    checkOwn();
    new GenerationRun(name, console, model, sampling, output).run(this);
  }

  @Override
  public void check(ModelSpec spec) {
    if (needsFreeScales()) {
      spec.tokenizerSpec().requireFreeScales(name);
    }
    given(spec).classes().forEach(spec::classId);
  }

  @Override
  public Scales scales(ModelSpec spec) {
    readOwn();
    input = images.readUpright(spec.tokenizerSpec());
    ImageEdit edit = edit(input.images());
    Scales scales = edit.scales(spec, size.selection());
    edit.kept(spec, scales);
    return scales;
  }

  @Override
  public List<String> classes(ModelSpec spec) {
    ClassList given = given(spec);
    return input.count() == 1 ? given.classes() : given.forImages(input.count());
  }

  private ClassList given(ModelSpec spec) {
    return classes.isEmpty()
        ? new ClassList(List.of(Integer.toString(spec.noClass())))
        : ClassList.parse(classes, spec);
  }

  @Override
  public ImageEdit edit(int from, int to) {
    List<PixelArray> all = input.images();
    return edit(all.size() == 1 ? all : all.subList(from, to));
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
