package io.nextscale.cli.command;

import io.nextscale.cli.option.RunOptions;
import io.nextscale.cli.output.CommandException;
import io.nextscale.cli.output.Console;
import io.nextscale.cli.output.TrainProgress;
import io.nextscale.train.data.ImageData;
import io.nextscale.train.recipe.Recipe;
import io.nextscale.train.scaling.LadderTokenizer;
import io.nextscale.train.scaling.ScalingData;
import io.nextscale.train.scaling.ScalingExperiment;
import io.nextscale.train.scaling.ScalingPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nextscale scaling-law}: measures how the loss falls with the transformer's size. */
@Command(
    description = {
      "Measures how the loss falls with the transformer's size.",
      "Trains transformers of several sizes on the same images (depth d, width 64d unless --width"
          + " is given, d heads) and fits L = (βN)^α to their cross-entropy and token error on"
          + " held-out images, of the last scale and of all. Writes scaling.csv, scaling.png and"
          + " scaling.txt. An experiment that is stopped with Ctrl-C or killed continues with"
          + " --resume and, with --threads 1, ends in the same figures."
    },
    footer = {
      "",
      "Example:  bin/fetch-fashion-mnist && nextscale scaling-law --threads 1",
      "Own images, a folder for each class:  nextscale scaling-law --data images"
    })
public final class ScalingLawCommand implements Runnable {
  private final Console console;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Folder of the experiment (default: runs/scaling-law).")
  private Path out = Path.of("runs", "scaling-law");

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description =
          "IDX files like those of Fashion-MNIST, with t10k held out, or a sub-folder of images for"
              + " each class, with every 20th image held out (default: data/fashion-mnist).")
  private @Nullable Path data;

  @Option(
      names = "--model",
      paramLabel = "FOLDER",
      description = "VAR model whose tokenizer to use (default: train a small tokenizer).")
  private @Nullable Path model;

  @Option(
      names = "--depths",
      paramLabel = "D,...",
      split = ",",
      hideParamSyntax = true,
      description = "Depths of the transformers, at least two of 1 to 32 (default: 1,2,3,4,5).")
  private List<Integer> depths = List.of(1, 2, 3, 4, 5);

  @Option(
      names = "--width",
      paramLabel = "N",
      description =
          "Width of a transformer of depth 1; depth d has N times d (default: ${DEFAULT-VALUE}).")
  private int width = 64;

  @Option(
      names = "--images",
      paramLabel = "N",
      description =
          "Number of images that each transformer is trained on (default: ${DEFAULT-VALUE}).")
  private int images = 20_000;

  @Option(
      names = "--held-out",
      paramLabel = "N",
      description =
          "Number of images of IDX files that each transformer is evaluated on (default: ${DEFAULT-VALUE}).")
  private int heldOut = 1_000;

  @Option(
      names = "--tokenizer-steps",
      paramLabel = "N",
      description = "Training steps of the tokenizer (default: ${DEFAULT-VALUE}).")
  private int tokenizerSteps = 600;

  @Option(
      names = "--rate",
      paramLabel = "X",
      description =
          "Peak learning rate at width 64; it falls as 1 / width (default: the recipe's).")
  private @Nullable Double rate;

  @Mixin private RunOptions options = new RunOptions();

  /** A command that prints to a console. */
  public ScalingLawCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    options.check();
    RunFolder folder = new RunFolder("scaling-law", out);
    folder.check(options.resume(), ScalingPlan.exists(out));
    options.applyThreads();
    ScalingPlan plan = options.resume() ? ScalingPlan.load(out) : plan();
    LadderTokenizer.requireWeights(plan);
    int size = LadderTokenizer.spec(plan).imageSize().height();
    ImageData found = ScalingData.open(plan, size); // before anything is written
    found.training().skipped().forEach(console::warn);
    found.heldOut().skipped().forEach(console::warn);
    if (!options.resume()) {
      folder.begin(plan::save);
    }
    try (TrainProgress progress = new TrainProgress(console)) {
      folder.train(stop -> new ScalingExperiment(out, found, progress, stop).run());
    }
    console.out().print(ScalingExperiment.report(out).text());
    console.print(out);
  }

  private ScalingPlan plan() {
    try {
      Recipe recipe = ScalingPlan.standard(width);
      return new ScalingPlan(
          recipe,
          depths,
          images,
          heldOut,
          rate == null ? recipe.transformer().rate() : rate,
          tokenizerSteps,
          options.seed(),
          options.dtype(),
          data == null ? recipe.data().folder() : data,
          Optional.ofNullable(model));
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }
}
