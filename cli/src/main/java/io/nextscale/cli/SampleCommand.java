package io.nextscale.cli;

import io.nextscale.var.ImageEdit;
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

/** {@code nextscale sample}: images of classes. */
@Command(
    description = "Generates images of classes.",
    footer = {"", "Example:  nextscale sample --class bird,fruit --seed 1 --out 'image_%%d.png'"})
final class SampleCommand implements Runnable, GenerationRun.Task {
  private final Io io;

  @Option(
      names = "--class",
      paramLabel = "CLASS,...",
      description = {
        "Names or numbers, one for each image;",
        "the number of classes stands for no class."
      })
  private List<String> classes = new ArrayList<>();

  @Option(names = "--all-classes", description = "One image of each class.")
  private boolean allClasses;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "So many images of each class (default: 1).")
  private int count = 1;

  @Mixin private SizeOptions size = new SizeOptions();
  @Mixin private ModelOptions model = new ModelOptions();
  @Mixin private SamplingOptions sampling = new SamplingOptions();
  @Mixin private OutputOptions output = new OutputOptions();

  SampleCommand(Io io) {
    this.io = io;
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
      throw CommandException.usage("--count " + count + ": at least 1");
    }
    OptionTypes.entries("--class", classes);
    size.selection();
    new GenerationRun("sample", io, model, sampling, output).run(this);
  }

  @Override
  public List<String> classes(ModelSpec spec) {
    List<String> wanted =
        allClasses
            ? IntStream.range(0, spec.noClass()).mapToObj(Integer::toString).toList()
            : OptionTypes.entries("--class", classes);
    return wanted.stream().flatMap(name -> Collections.nCopies(count, name).stream()).toList();
  }

  @Override
  public Scales scales(ModelSpec spec) {
    return size.selection().of(spec);
  }

  @Override
  public @Nullable ImageEdit images(int from, int to) {
    return null;
  }

  @Override
  public List<String> arguments(int index, int classId) {
    return List.of("--class", Integer.toString(classId));
  }
}
