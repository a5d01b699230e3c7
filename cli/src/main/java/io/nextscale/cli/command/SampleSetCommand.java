package io.nextscale.cli.command;

import io.nextscale.cli.option.ImageBatch;
import io.nextscale.cli.option.KeepBestOptions;
import io.nextscale.cli.option.ModelOptions;
import io.nextscale.cli.option.SamplingOptions;
import io.nextscale.cli.option.Share;
import io.nextscale.cli.option.SizeOptions;
import io.nextscale.cli.output.CommandException;
import io.nextscale.cli.output.Console;
import io.nextscale.cli.output.ImageRate;
import io.nextscale.cli.output.OutputPath;
import io.nextscale.cli.output.Progress;
import io.nextscale.cli.output.SampleProgress;
import io.nextscale.evaluate.sample.KeepBest;
import io.nextscale.evaluate.sample.SampleFolder;
import io.nextscale.evaluate.sample.SampleMaker;
import io.nextscale.evaluate.sample.SampleSet;
import io.nextscale.models.DemoModel;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.scale.Scales;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nextscale sample-set}: generates a numbered set of images for an evaluation. */
@Command(
    description = {
      "Generates a numbered set of images for an evaluation.",
      "Image i has class i modulo the number of classes and the seed of --seed plus i, unless"
          + " --keep-best chooses among more. A run that was stopped or killed goes on if the same"
          + " command is started again. Several processes or machines make the parts of one set"
          + " with --part."
    },
    footer = {
      "",
      "Example:  nextscale sample-set --count 50000 --out samples --model FOLDER",
      "Then:     nextscale evaluate --samples samples --reference FILE.npz --inception FILE.pth"
    })
public final class SampleSetCommand implements Runnable {
  private static final int LARGEST_COUNT = 1_000_000;

  private final Console console;

  @Option(
      names = "--count",
      paramLabel = "N",
      required = true,
      description = "Number of images of the whole set; tables use 50000.")
  private int count;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      required = true,
      description = "Folder for the images and their manifest.json.")
  private @Nullable Path out;

  @Option(
      names = "--part",
      paramLabel = "I/N",
      description = "Make part I of N only (default: 1/1).")
  private String part = "1/1";

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Largest number of images computed at a time (default: 1).")
  private int batch = 1;

  @Option(
      names = "--npz",
      paramLabel = "FILE.npz",
      description = "When all images are there, write them into one file, as evaluators read it.")
  private @Nullable Path npz;

  @Mixin private KeepBestOptions keepBest = new KeepBestOptions();
  @Mixin private SizeOptions size = new SizeOptions();
  @Mixin private ModelOptions model = ModelOptions.ofGeneration(DemoModel.VAR);
  @Mixin private SamplingOptions sampling = new SamplingOptions();

  /** A command that prints to a console. */
  public SampleSetCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    Path folder = out;
    if (folder == null) {
      throw CommandException.usage("--out is missing");
    }
    if (count < 1 || count > LARGEST_COUNT) {
      throw CommandException.usage("--count %s: expected 1 to %s".formatted(count, LARGEST_COUNT));
    }
    new ImageBatch(batch).check();
    sampling.check();
    Share own = Share.parse("--part", part);
    new OutputPath("--out", folder).requireFolders();
    size.selection();
    new OutputPath("--npz", npz).requireFile(".npz");
    KeepBest keep = keepBest.check();
    try (OpenModel opened = model.open();
        Progress progress = new Progress(console)) {
      ModelSpec spec = opened.spec();
      Scales scales = size.selection().of(spec);
      sampling.sampling(spec);
      sampling.guidance(spec, scales);
      SampleSet set = new SampleSet(folder, count, spec.noClass(), sampling.seed(), batch, keep);
      if (keep.chooses()) {
        progress.status("loading the classifier");
      }
      try (KeepBestOptions.Loaded loaded = keepBest.load(spec);
          SampleFolder held =
              SampleFolder.open(
                  set, description(spec, scales, loaded), own.number() - 1, own.of())) {
        make(held, opened, scales, loaded, progress);
        finish(set, progress);
      }
    }
  }

  private Map<String, Object> description(
      ModelSpec spec, Scales scales, KeepBestOptions.Loaded loaded) {
    Map<String, Object> description = new LinkedHashMap<>();
    description.put("model", spec.name());
    description.put("scales", scales.toString());
    description.put("options", String.join(" ", model.arguments()));
    description.put("sampling", String.join(" ", sampling.arguments(spec, sampling.seed())));
    loaded
        .classifier()
        .ifPresent(classifier -> description.put("classifier", classifier.identity()));
    return description;
  }

  private void make(
      SampleFolder part,
      OpenModel opened,
      Scales scales,
      KeepBestOptions.Loaded loaded,
      Progress progress) {
    if (part.missing().isEmpty()) {
      return;
    }
    progress.status("loading " + opened.spec().name());
    try (ImageGenerator generator = model.load(opened)) {
      SampleMaker maker =
          new SampleMaker(
              generator,
              request ->
                  request
                      .scales(scales)
                      .guidance(sampling.guidance(generator.spec(), scales))
                      .sampling(sampling.sampling(generator.spec())),
              loaded.classifier());
      SampleProgress shown = new SampleProgress(part.set(), progress);
      if (!new StoppableWork(stopped -> maker.make(part, shown, stopped)).run()) {
        throw new CommandException("stopped: the same command goes on where this one ended");
      }
      progress.clear();
      shown.summary().ifPresent(console::print);
      shown.warning().ifPresent(console::warn);
    }
  }

  private void finish(SampleSet set, Progress progress) {
    int left = set.missing(0, 1).stream().mapToInt(SampleSet.Block::size).sum();
    Path file = npz;
    if (left == 0 && file != null) {
      ImageRate rate = new ImageRate(progress);
      set.pack(file, done -> rate.onImages(file, done, set.count()));
      progress.clear();
      console.print(file);
      return;
    }
    progress.clear();
    console.print(set.folder());
    if (left > 0) {
      console.warn(
          "%s images of the other parts are not there yet%s"
              .formatted(left, file == null ? "" : ": " + file + " is written when they are"));
    }
  }
}
