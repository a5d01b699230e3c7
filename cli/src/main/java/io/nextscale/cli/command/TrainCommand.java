package io.nextscale.cli.command;

import io.nextscale.cli.option.FidOptions;
import io.nextscale.cli.option.InputPath;
import io.nextscale.cli.option.OptionNames;
import io.nextscale.cli.option.RunOptions;
import io.nextscale.cli.output.CommandException;
import io.nextscale.cli.output.Console;
import io.nextscale.cli.output.TrainProgress;
import io.nextscale.train.ModelTraining;
import io.nextscale.train.data.ImageData;
import io.nextscale.train.data.ImageSplit;
import io.nextscale.train.recipe.FidPlan;
import io.nextscale.train.recipe.PlanData;
import io.nextscale.train.recipe.Recipe;
import io.nextscale.train.recipe.RecipeFile;
import io.nextscale.train.recipe.RunPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code nextscale train}: trains a model from images. */
@Command(
    description = {
      "Trains a model from images: its tokenizer, then its transformer.",
      "The run's folder shows the progress (metrics.csv, metrics.png and samples/ of each part) and"
          + " in the end holds a model/ for sample. A run that is stopped with Ctrl-C or killed"
          + " continues with --resume and, with --threads 1, ends in the same weights."
    },
    footer = {
      "",
      "Example:  bin/fetch-emoji && nextscale train --recipe emoji-var --minutes 60",
      "Then:     nextscale sample --model runs/emoji-var/model --class cat",
      "Own images, a folder for each class:",
      "  nextscale train --recipe emoji-var --data images --minutes 60"
    })
public final class TrainCommand implements Runnable {
  private final Console console;

  @Option(
      names = "--recipe",
      paramLabel = "NAME|FILE.json",
      description =
          "Model, data and training: emoji-var, emoji-flexvar, emoji-flexvar-mamba (our reading of"
              + " FlexVAR on Mamba), or a file of the same form (default: emoji-var).")
  private String recipe = "emoji-var";

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description =
          "Folder of the run, after which the model is named (default: runs/NAME, with the name in"
              + " the recipe).")
  private @Nullable Path out;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description = "Minutes that the training takes, roughly.")
  private @Nullable Double minutes;

  @Option(
      names = "--from",
      paramLabel = "FOLDER",
      description =
          "Go on from a model of this architecture (config.json, vae.safetensors,"
              + " transformer.safetensors): its tokenizer is kept, and its transformer is trained"
              + " further, also for other classes.")
  private @Nullable Path from;

  @Option(
      names = "--tokenizer",
      paramLabel = "FILE",
      description =
          "Keep this trained tokenizer, the vae.safetensors of a model with the recipe's"
              + " architecture; only the transformer is trained.")
  private @Nullable Path tokenizer;

  @Option(
      names = "--tokenizer-steps",
      paramLabel = "N",
      description = "Training steps of the tokenizer (default: as many as --minutes allow).")
  private @Nullable Long tokenizerSteps;

  @Option(
      names = "--transformer-steps",
      paramLabel = "N",
      description = "Training steps of the transformer (default: as many as --minutes allow).")
  private @Nullable Long transformerSteps;

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description = "Images, a sub-folder for each class (default: the recipe's).")
  private @Nullable Path data;

  @Option(
      names = "--held-out",
      paramLabel = "FOLDER",
      description = "Images to evaluate on (default: the recipe's; with --data every 20th image).")
  private @Nullable Path heldOut;

  @Mixin private FidOptions fid = new FidOptions();
  @Mixin private RunOptions options = new RunOptions();

  /** A command that prints to a console. */
  public TrainCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    options.check();
    Recipe found = RecipeFile.find(recipe);
    Path path = out == null ? Path.of("runs", found.model().name()) : out;
    RunFolder folder = new RunFolder("train", path);
    folder.check(options.resume(), RunPlan.exists(path));
    RunPlan plan = options.resume() ? RunPlan.load(path) : plan(found);
    ModelTraining.requireFid(plan);
    if (!options.resume()) {
      requirePlaces(found);
      if (data == null && RecipeFile.NAMES.contains(recipe)) {
        new FetchScript(found.data()).run(console);
      }
    }
    ImageData images = images(plan); // before anything is written
    if (!options.resume()) {
      begin(plan, path, folder);
    }
    options.applyThreads();
    try (TrainProgress progress = new TrainProgress(console)) {
      folder.train(stop -> new ModelTraining(path, images, progress, stop).run());
    }
    console.print(ModelTraining.model(path));
  }

  /** Checks the models and folders that the options name, before images are fetched or read. */
  private void requirePlaces(Recipe found) {
    new InputPath("--data", data).requireFolder();
    new InputPath("--held-out", heldOut).requireFolder();
    if (from != null) {
      ModelTraining.requireStart(found, from);
    }
    if (tokenizer != null) {
      ModelTraining.requireTokenizer(found, tokenizer);
    }
  }

  /** Lists the images, and decodes them if they fit the rest of the plan. */
  private ImageData images(RunPlan plan) {
    ImageSplit listed = PlanData.list(plan);
    if (from != null && !options.resume()) {
      ModelTraining.requireClasses(plan.recipe(), listed.training().classNames(), from);
    }
    ModelTraining.requireFidImages(plan, listed.heldOut().images().size());
    ImageData images = PlanData.decode(plan, listed);
    images.training().skipped().forEach(console::warn);
    images.heldOut().skipped().forEach(console::warn);
    ModelTraining.requireFidImages(plan, images.heldOut().count()); // without damaged ones
    return images;
  }

  private void begin(RunPlan plan, Path path, RunFolder folder) {
    folder.begin(plan::save);
    if (from != null) {
      ModelTraining.start(path, from);
    }
    if (tokenizer != null) {
      ModelTraining.keepTokenizer(path, tokenizer);
    }
  }

  private void checkTokenizer() {
    OptionNames given =
        OptionNames.given(
            List.of("--from", "--tokenizer", "--tokenizer-steps"),
            from != null,
            tokenizer != null,
            tokenizerSteps != null);
    if (given.names().size() > 1) {
      throw CommandException.usage(given.and() + " exclude each other");
    }
    if (tokenizerSteps != null && tokenizerSteps < 1) {
      throw CommandException.usage(
          "--tokenizer-steps %s: expected 1 and more; --tokenizer and --from keep a trained one"
              .formatted(tokenizerSteps));
    }
  }

  private RunPlan plan(Recipe found) {
    checkTokenizer();
    Long ofTokenizer = from != null || tokenizer != null ? Long.valueOf(0) : tokenizerSteps;
    if (minutes == null && (ofTokenizer == null || transformerSteps == null)) {
      OptionNames steps =
          OptionNames.given(
              List.of("--tokenizer-steps", "--transformer-steps"),
              ofTokenizer == null,
              transformerSteps == null);
      throw CommandException.usage("--minutes is missing, or " + steps.and());
    }
    Optional<Path> evaluation =
        heldOut != null
            ? Optional.of(heldOut)
            : data == null ? found.data().heldOut() : Optional.empty();
    Optional<FidPlan> distance = fid.plan(found);
    try {
      RunPlan plan =
          new RunPlan(
              found,
              options.seed(),
              options.dtype(),
              data == null ? found.data().folder() : data,
              evaluation,
              Optional.ofNullable(minutes),
              Optional.ofNullable(ofTokenizer),
              Optional.ofNullable(transformerSteps));
      return distance.map(plan::withFid).orElse(plan);
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }
}
