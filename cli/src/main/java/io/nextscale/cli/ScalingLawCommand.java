package io.nextscale.cli;

import io.nextscale.torch.DType;
import io.nextscale.torch.Torch;
import io.nextscale.train.data.ImageData;
import io.nextscale.train.recipe.Recipe;
import io.nextscale.train.scaling.LadderTokenizer;
import io.nextscale.train.scaling.ScalingData;
import io.nextscale.train.scaling.ScalingExperiment;
import io.nextscale.train.scaling.ScalingPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code nextscale scaling-law}: how the loss falls with the transformer's size. */
@Command(
    description = {
      "Measures a scaling law: trains transformers of several sizes on the same images (depth d,",
      "width 64d or as told, d heads) and fits L = (βN)^α to cross-entropy and token error on held-out ones,",
      "of the last scale and of all. The folder gets scaling.csv, scaling.png and scaling.txt.",
      "Stopped with Ctrl-C or killed, it goes on with --resume and ends in the same numbers."
    },
    footer = {
      "",
      "Example:  bin/fetch-fashion-mnist && nextscale scaling-law --threads 1",
      "Own images, a folder for each class:  nextscale scaling-law --data images"
    })
final class ScalingLawCommand implements Runnable {
  private final Io io;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "The experiment's folder (default: runs/scaling-law).")
  private Path out = Path.of("runs", "scaling-law");

  @Option(
      names = "--data",
      paramLabel = "FOLDER",
      description =
          "IDX files as of Fashion-MNIST, t10k held out; or images, a sub-folder for each class,"
              + " every 20th held out (default: data/fashion-mnist).")
  private @Nullable Path data;

  @Option(
      names = "--model",
      paramLabel = "FOLDER",
      description = "A VAR model whose tokenizer is used (default: a small one is trained).")
  private @Nullable Path model;

  @Option(
      names = "--depths",
      paramLabel = "d,d,...",
      split = ",",
      description = "The sizes, 1 to 32 (default: 1,2,3,4,5).")
  private List<Integer> depths = List.of(1, 2, 3, 4, 5);

  @Option(
      names = "--width",
      paramLabel = "N",
      description = "Width at d = 1; at d it is N times d (default: ${DEFAULT-VALUE}).")
  private int width = 64;

  @Option(
      names = "--images",
      paramLabel = "N",
      description = "Images that each size sees (default: ${DEFAULT-VALUE}).")
  private int images = 20_000;

  @Option(
      names = "--held-out",
      paramLabel = "N",
      description =
          "Images of IDX files that each size is evaluated on (default: ${DEFAULT-VALUE}).")
  private int heldOut = 1_000;

  @Option(
      names = "--tokenizer-steps",
      paramLabel = "N",
      description = "Steps of the tokenizer's training (default: ${DEFAULT-VALUE}).")
  private int tokenizerSteps = 600;

  @Option(
      names = "--rate",
      paramLabel = "X",
      description =
          "Peak of the learning rate at a width of 64; it falls as 1 / width (default: the recipe's).")
  private @Nullable Double rate;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of weights and order (default: ${DEFAULT-VALUE}).")
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
      description = "Go on with what is in --out, as it was begun; other options do not count.")
  private boolean resume;

  @Option(names = "--quiet", description = "No progress on stderr.")
  private boolean quiet;

  ScalingLawCommand(Io io) {
    this.io = io;
  }

  @Override
  public void run() {
    if (threads != null && threads < 1) {
      throw CommandException.usage("--threads " + threads + ": at least 1");
    }
    if (resume && !ScalingPlan.exists(out)) {
      throw new CommandException(out + ": there is nothing to resume (no scaling.json)");
    }
    if (!resume && ScalingPlan.exists(out)) {
      throw new CommandException(
          out + ": holds an experiment already; --resume goes on with it, --out names another");
    }
    if (threads != null) {
      Torch.setThreads(threads);
    }
    ScalingPlan plan = resume ? ScalingPlan.load(out) : plan();
    int size = LadderTokenizer.spec(plan).imageSize().height();
    ImageData found = ScalingData.open(plan, size);
    found.training().skipped().forEach(io::warn);
    found.heldOut().skipped().forEach(io::warn);
    if (!resume) {
      begin(plan);
    }
    train(found);
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
          seed,
          dtype,
          data == null ? recipe.data().folder() : data,
          Optional.ofNullable(model));
    } catch (IllegalArgumentException e) {
      throw CommandException.usage(String.valueOf(e.getMessage()));
    }
  }

  private void begin(ScalingPlan plan) {
    try {
      Files.createDirectories(out);
      plan.save(out);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + out + ": " + e.getMessage(), e);
    }
  }

  private void train(ImageData found) {
    try (TrainProgress progress = new TrainProgress(io, quiet)) {
      boolean finished =
          StoppableWork.run(stop -> new ScalingExperiment(out, found, progress, stop).run());
      if (!finished) {
        throw new CommandException(
            "stopped; to go on: nextscale scaling-law --resume --out " + out);
      }
    }
    io.out().print(ScalingExperiment.report(out).text());
    io.out().println(out);
  }
}
