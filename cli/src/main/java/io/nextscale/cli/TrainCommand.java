package io.nextscale.cli;

import io.nextscale.torch.DType;
import io.nextscale.torch.Torch;
import io.nextscale.train.ModelTraining;
import io.nextscale.train.data.ImageData;
import io.nextscale.train.recipe.PlanData;
import io.nextscale.train.recipe.Recipe;
import io.nextscale.train.recipe.RecipeFile;
import io.nextscale.train.recipe.RunPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nextscale train}: images to a model. */
@Command(
    description = {
      "Trains a model from images: its tokenizer, then its transformer. The run's folder tells",
      "how it goes (metrics.csv, metrics.png, samples/ of each part) and ends with a model/ that",
      "sample takes. Stopped with Ctrl-C or killed, it goes on with --resume and ends in the same",
      "weights."
    },
    footer = {
      "",
      "Example:  bin/fetch-emoji && nextscale train --recipe emoji-var --minutes 60",
      "Then:     nextscale sample --model runs/emoji-var/model --class bird",
      "Own images, a folder for each class:  nextscale train --recipe emoji-var --data images"
          + " --minutes 60"
    })
final class TrainCommand implements Runnable {
  private final Io io;

  @Option(
      names = "--recipe",
      paramLabel = "NAME|FILE.json",
      description =
          "How to train: emoji-var, emoji-flexvar, or a file like theirs (default: emoji-var).")
  private String recipe = "emoji-var";

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "The run's folder (default: runs/ and the model's name).")
  private @Nullable Path out;

  @Option(names = "--minutes", paramLabel = "N", description = "About how long to train.")
  private @Nullable Double minutes;

  @Option(
      names = "--tokenizer-steps",
      paramLabel = "N",
      description = "Steps of the tokenizer (default: as many as fit the minutes).")
  private @Nullable Long tokenizerSteps;

  @Option(
      names = "--transformer-steps",
      paramLabel = "N",
      description = "Steps of the transformer (default: as many as fit the minutes).")
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

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of weights, order and augmentation (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--dtype",
      paramLabel = "f32|bf16",
      description = "Element type of the computation; weights are float32 (default: bf16).")
  private DType dtype = DType.BFLOAT16;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads of an operator (default: libtorch's choice).")
  private @Nullable Integer threads;

  @Option(
      names = "--resume",
      description = "Go on with the run in --out, as it was begun; other options do not count.")
  private boolean resume;

  @Option(names = "--quiet", description = "No progress on stderr.")
  private boolean quiet;

  TrainCommand(Io io) {
    this.io = io;
  }

  @Override
  public void run() {
    if (threads != null && threads < 1) {
      throw CommandException.usage("--threads " + threads + ": at least 1");
    }
    Recipe found = RecipeFile.find(recipe);
    Path run = out == null ? Path.of("runs", found.model().name()) : out;
    if (!resume) {
      begin(found, run);
    } else if (!RunPlan.exists(run)) {
      throw new CommandException(run + ": there is no run to resume (no run.json)");
    }
    if (threads != null) {
      Torch.setThreads(threads);
    }
    ImageData images = PlanData.open(RunPlan.load(run));
    images.training().skipped().forEach(io::warn);
    images.heldOut().skipped().forEach(io::warn);
    boolean finished = train(run, images);
    if (!finished) {
      throw new CommandException("stopped; to go on: nextscale train --resume --out " + run);
    }
    io.out().println(ModelTraining.model(run));
  }

  private void begin(Recipe found, Path run) {
    if (RunPlan.exists(run)) {
      throw new CommandException(
          run + ": holds a run already; --resume goes on with it, --out names another folder");
    }
    if (minutes == null && (tokenizerSteps == null || transformerSteps == null)) {
      throw CommandException.usage(
          "--minutes is missing (or --tokenizer-steps and --transformer-steps)");
    }
    if (data == null && RecipeFile.NAMES.contains(recipe)) {
      FetchScript.run(io, found.data());
    }
    Optional<Path> other =
        heldOut != null
            ? Optional.of(heldOut)
            : data == null ? found.data().heldOut() : Optional.empty();
    RunPlan plan =
        new RunPlan(
            found,
            seed,
            dtype,
            data == null ? found.data().folder() : data,
            other,
            Optional.ofNullable(minutes),
            Optional.ofNullable(tokenizerSteps),
            Optional.ofNullable(transformerSteps));
    PlanData.open(plan); // before anything is written
    try {
      Files.createDirectories(run);
      plan.save(run);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + run + ": " + e.getMessage(), e);
    }
  }

  private boolean train(Path run, ImageData images) {
    try (TrainProgress progress = new TrainProgress(io, quiet)) {
      return StoppableWork.run(stop -> new ModelTraining(run, images, progress, stop).run());
    }
  }
}
