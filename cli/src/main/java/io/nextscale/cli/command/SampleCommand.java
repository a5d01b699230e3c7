package io.nextscale.cli.command;

import io.nextscale.cli.option.ClassList;
import io.nextscale.cli.option.ModelOptions;
import io.nextscale.cli.option.OutputOptions;
import io.nextscale.cli.option.SamplingOptions;
import io.nextscale.cli.option.SizeOptions;
import io.nextscale.cli.option.StartOptions;
import io.nextscale.cli.output.CommandException;
import io.nextscale.cli.output.Console;
import io.nextscale.models.DemoModel;
import io.nextscale.var.edit.TokenEdit;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.scale.Scales;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nextscale sample}: generates images of classes. */
@Command(
    description = "Generates images of classes.",
    footer = {"", "Example:  nextscale sample --class bird,fruit --seed 1 --out 'image_%%d.png'"})
public final class SampleCommand implements Runnable, GenerationRun.Task {
  private final Console console;
  private @Nullable TokenEdit edit;

  @Option(
      names = "--class",
      paramLabel = "CLASS,...",
      description =
          "Classes, names or numbers: one for each image. The number of classes stands for no"
              + " class.")
  private List<String> classes = new ArrayList<>();

  @Option(names = "--all-classes", description = "Generate an image of each class.")
  private boolean allClasses;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Number of images of each class (default: 1).")
  private int count = 1;

  @Mixin private StartOptions start = new StartOptions();
  @Mixin private SizeOptions size = new SizeOptions();
  @Mixin private ModelOptions model = ModelOptions.ofGeneration(DemoModel.VAR);
  @Mixin private SamplingOptions sampling = new SamplingOptions();
  @Mixin private OutputOptions output = new OutputOptions();

  /** A command that prints to a console. */
  public SampleCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    if (classes.isEmpty() != allClasses) {
      throw CommandException.usage(
          classes.isEmpty()
              ? "--class is missing: names or numbers of classes, or --all-classes"
              : "--class and --all-classes exclude each other");
    }
    if (count < 1) {
      throw CommandException.usage("--count %s: expected at least 1".formatted(count));
    }
    ClassList.check(classes);
    start.check();
    size.selection();
    new GenerationRun("sample", console, model, sampling, output).run(this);
  }

  @Override
  public void check(ModelSpec spec) {
    classes(spec).forEach(spec::classId);
  }

  @Override
  public List<String> classes(ModelSpec spec) {
    List<String> chosen =
        allClasses
            ? IntStream.range(0, spec.noClass()).mapToObj(Integer::toString).toList()
            : ClassList.parse(classes, spec).classes();
    return chosen.stream().flatMap(name -> Collections.nCopies(count, name).stream()).toList();
  }

  @Override
  public Scales scales(ModelSpec spec) {
    edit = start.read(spec, size.selection());
    return edit == null ? size.selection().of(spec) : edit.scales(spec, size.selection());
  }

  @Override
  public @Nullable TokenEdit edit(int from, int to) {
    return edit;
  }

  @Override
  public List<String> arguments(int index, int classId) {
    List<String> arguments = new ArrayList<>(List.of("--class", Integer.toString(classId)));
    arguments.addAll(start.arguments());
    return arguments;
  }
}
