package io.nextscale.cli.command;

import io.nextscale.cli.option.ImageBatch;
import io.nextscale.cli.option.ModelOptions;
import io.nextscale.cli.option.SamplingOptions;
import io.nextscale.cli.option.SizeOptions;
import io.nextscale.cli.output.CommandException;
import io.nextscale.cli.output.Console;
import io.nextscale.cli.output.ImageRate;
import io.nextscale.cli.output.OutputPath;
import io.nextscale.cli.output.Progress;
import io.nextscale.evaluate.sample.SampleFolder;
import io.nextscale.evaluate.sample.SampleSet;
import io.nextscale.models.DemoModel;
import io.nextscale.var.GeneratedImage;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.image.PngFile;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.scale.Scales;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nextscale sample-set}: generates a numbered set of images for an evaluation. */
@Command(
    description = {
      "Generates a numbered set of images for an evaluation.",
      "Image i has class i modulo the number of classes and seed N + i. A run that was stopped or"
          + " killed goes on if the same command is started again. Several processes or machines"
          + " make the parts of one set with --part."
    },
    footer = {
      "",
      "Example:  nextscale sample-set --count 50000 --out samples --model FOLDER --batch 8",
      "Then:  nextscale evaluate --samples samples --reference …"
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
      description = "Images that are generated together (default: 1).")
  private int batch = 1;

  @Option(
      names = "--npz",
      paramLabel = "FILE.npz",
      description = "When all images are there, write them into one file, as evaluators read it.")
  private @Nullable Path npz;

  @Option(names = "--quiet", description = "Show no progress on stderr.")
  private boolean quiet;

  @Mixin private SizeOptions size = new SizeOptions();
  @Mixin private ModelOptions model = ModelOptions.ofGeneration(DemoModel.VAR);
  @Mixin private SamplingOptions sampling = new SamplingOptions();

  /** Which part of the set this process makes. */
  private record Part(int index, int of) {
    static Part parse(String text) {
      String[] numbers = text.split("/", -1);
      try {
        Part part = new Part(Integer.parseInt(numbers[0]) - 1, Integer.parseInt(numbers[1]));
        if (numbers.length == 2 && part.index >= 0 && part.index < part.of) {
          return part;
        }
      } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
        // falls through to the message
      }
      throw CommandException.usage("--part %s: expected I/N, such as 1/4".formatted(text));
    }
  }

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
    Part own = Part.parse(part);
    new OutputPath("--npz", npz).requireFile(".npz");
    try (OpenModel opened = model.open()) {
      ModelSpec spec = opened.spec();
      Scales scales = size.selection().of(spec);
      sampling.guidance(spec, scales);
      SampleSet set = new SampleSet(folder, count, spec.noClass(), sampling.seed(), batch);
      try (SampleFolder held =
              SampleFolder.open(folder, manifest(set, spec, scales), own.index, own.of);
          Progress progress = new Progress(console, quiet)) {
        make(set, own, opened, scales, progress);
        finish(set, progress);
      }
    }
  }

  private Map<String, Object> manifest(SampleSet set, ModelSpec spec, Scales scales) {
    Map<String, Object> manifest = new LinkedHashMap<>();
    manifest.put("count", (long) set.count());
    manifest.put("classes", (long) set.classes());
    manifest.put("seed", set.seed());
    manifest.put("batch", (long) set.batch());
    manifest.put("model", spec.name());
    manifest.put("scales", scales.toString());
    manifest.put("options", String.join(" ", model.arguments()));
    manifest.put("sampling", String.join(" ", sampling.arguments(spec, set.seed())));
    return manifest;
  }

  private void make(SampleSet set, Part own, OpenModel opened, Scales scales, Progress progress) {
    List<SampleSet.Block> missing = set.missing(own.index, own.of);
    int total = set.size(own.index, own.of);
    if (missing.isEmpty()) {
      return;
    }
    progress.status("loading " + opened.spec().name());
    try (ImageGenerator generator = model.load(opened)) {
      boolean done =
          new StoppableWork(
                  stopped -> make(set, missing, total, generator, scales, progress, stopped))
              .run();
      if (!done) {
        throw new CommandException("stopped: the same command goes on where this one ended");
      }
    }
  }

  private boolean make(
      SampleSet set,
      List<SampleSet.Block> missing,
      int total,
      ImageGenerator generator,
      Scales scales,
      Progress progress,
      BooleanSupplier stopped) {
    ImageRate rate = new ImageRate(progress);
    int done = total - missing.stream().mapToInt(SampleSet.Block::size).sum();
    for (SampleSet.Block block : missing) {
      if (stopped.getAsBoolean()) {
        return false;
      }
      GenerationResult result = generator.generate(request(set, block, generator.spec(), scales));
      for (int i = 0; i < block.size(); i++) {
        write(set.file(block.first() + i), result.images().get(i));
      }
      done += block.size();
      rate.onImages(set.folder(), done, total);
    }
    return true;
  }

  private GenerationRequest request(
      SampleSet set, SampleSet.Block block, ModelSpec spec, Scales scales) {
    int[] classes = IntStream.range(block.first(), block.end()).map(set::classOf).toArray();
    return GenerationRequest.of(classes)
        .seed(set.seed() + block.first())
        .scales(scales)
        .guidance(sampling.guidance(spec, scales))
        .sampling(sampling.sampling(spec))
        .build();
  }

  private static void write(Path file, GeneratedImage image) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    PngFile.write(file, image.toBufferedImage(), SampleSet.metadata(image.parameters()));
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
