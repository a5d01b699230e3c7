package io.nextscale.train.scaling;

import io.nextscale.torch.GradMode;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.cpu.LibraryThread;
import io.nextscale.train.data.ImageData;
import io.nextscale.train.metrics.MetricsHistory;
import io.nextscale.train.metrics.MetricsRow;
import io.nextscale.train.run.Training;
import io.nextscale.train.run.TrainingListener;
import io.nextscale.train.run.TrainingRun;
import io.nextscale.train.tokenizer.Critics;
import io.nextscale.train.tokenizer.TokenizerLoss;
import io.nextscale.train.tokenizer.TokenizerTraining;
import io.nextscale.train.transformer.SampleImages;
import io.nextscale.train.transformer.TokenStage;
import io.nextscale.train.transformer.TransformerData;
import io.nextscale.train.transformer.TransformerLoss;
import io.nextscale.train.transformer.TransformerTraining;
import io.nextscale.var.file.AtomicFile;
import io.nextscale.var.file.TemporaryFiles;
import io.nextscale.var.inference.VqVaeForm;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OpenTokenizer;
import io.nextscale.var.model.TokenizerSpec;
import io.nextscale.var.tokenizer.VqVae;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * VAR's scaling law in miniature (<a href="https://arxiv.org/abs/2404.02905">Tian et al. 2024</a>,
 * section 4.2): transformers of several sizes are trained on the same tokens in the same order, and
 * a power law is fitted to their losses on held-out images.
 *
 * <p>The run's folder holds {@code scaling.json}, a {@link TrainingRun} in {@code tokenizer} and in
 * {@code depth-1}, {@code depth-2}, ..., the tokens, and the results: {@code scaling.csv}, {@code
 * scaling.txt} and {@code scaling.png}. Stopped or killed it goes on: sizes that have a line in
 * {@code scaling.csv} are done, one that was broken off goes on from its last state.
 */
public final class ScalingExperiment {
  private static final int SAMPLES = 20;
  private static final long EVALUATIONS = 4;

  private final Path run;
  private final ScalingPlan plan;
  private final ImageData data;
  private final TrainingListener listener;
  private final BooleanSupplier stop;

  /**
   * Prepares an experiment in a folder.
   *
   * @param run the folder, with a plan in it
   * @param data the plan's images
   * @param listener its parts are {@code tokenizer}, {@code tokens} and {@code d = 1}, ...
   * @param stop asked after every step; if it answers true, a later call goes on
   */
  public ScalingExperiment(
      Path run, ImageData data, TrainingListener listener, BooleanSupplier stop) {
    this.run = run;
    this.plan = ScalingPlan.load(run);
    this.data = data;
    this.listener = listener;
    this.stop = stop;
  }

  /**
   * Does what is left to do, on the calling thread, or on a platform thread if that is virtual.
   *
   * @return whether all sizes are trained; if not, it was stopped
   * @throws UncheckedIOException if a file cannot be read or written; what was written stays
   */
  public boolean run() {
    return LibraryThread.call("nextscale-training", this::runHere);
  }

  private boolean runHere() {
    try {
      TemporaryFiles.cleanAll(run);
      List<Integer> left = new ArrayList<>(plan.depths());
      left.removeAll(results().stream().map(SizeResult::depth).toList());
      if (left.isEmpty()) {
        return true;
      }
      Path vae = run.resolve("vae.safetensors");
      if (plan.model().isEmpty() && Files.notExists(vae) && !trainTokenizer(vae)) {
        return false;
      }
      return climb(left, vae);
    } catch (CancellationException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("scaling law in " + run + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reports the results so far.
   *
   * @param run the experiment's folder
   * @throws UncheckedIOException if it cannot be read
   */
  public static ScalingReport report(Path run) {
    try {
      return new ScalingReport(SizeTable.read(table(run)));
    } catch (IOException e) {
      throw new UncheckedIOException("scaling law in " + run + ": " + e.getMessage(), e);
    }
  }

  private static Path table(Path run) {
    return run.resolve("scaling.csv");
  }

  private List<SizeResult> results() throws IOException {
    return SizeTable.read(table(run));
  }

  private boolean trainTokenizer(Path result) throws IOException {
    TokenizerSpec spec = LadderTokenizer.spec(plan);
    TokenizerLoss loss = new TokenizerLoss(spec.config(), spec.scales(), plan.compute());
    try (TokenizerTraining training =
        new TokenizerTraining(
            loss,
            plan.recipe().tokenizer(),
            data,
            Critics.none(),
            plan.seed(),
            plan.tokenizerSteps())) {
      boolean done =
          train("tokenizer", training, "tokenizer", "held_out_psnr", true, new Pace(listener));
      if (done) {
        training.export(result);
      }
      return done;
    }
  }

  /** Trains one size after the other, the smallest first. */
  private boolean climb(List<Integer> depths, Path vae) throws IOException {
    try (OpenTokenizer opened = LadderTokenizer.open(plan, vae);
        TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      TokenizerSpec spec = opened.spec();
      VqVae tokenizer = VqVaeForm.of(LadderTokenizer.read(opened));
      TransformerData tokens =
          new TokenStage(tokenizer, spec.scales(), data, 1, plan.seed())
              .run(run.resolve("tokens.safetensors"), listener, stop);
      for (int depth : depths) {
        if (!trainSize(depth, opened, tokenizer, tokens)) {
          return false;
        }
      }
      return true;
    }
  }

  private boolean trainSize(
      int depth, OpenTokenizer opened, VqVae tokenizer, TransformerData tokens) throws IOException {
    ModelSpec spec = model(depth, opened.spec());
    TransformerLoss loss =
        new TransformerLoss(spec.transformer(), spec.scales(), tokenizer, plan.compute());
    SampleImages samples = new SampleImages(spec, opened.weights(), SAMPLES, Optional.empty());
    Pace pace = new Pace(listener);
    String folder = "depth-" + depth;
    try (TransformerTraining training =
        new TransformerTraining(
            loss, plan.transformer(depth), tokens, samples, plan.seed(), plan.steps())) {
      if (!train("d = " + depth, training, folder, "held_out_loss", false, pace)) {
        return false;
      }
      double speed = pace.stepsPerSecond() * training.imagesPerStep();
      keep(result(depth, training, last(folder), speed));
      return true;
    }
  }

  private ModelSpec model(int depth, TokenizerSpec tokenizer) {
    List<String> classNames = data.training().classNames();
    return new ModelSpec(
        plan.recipe().model().name() + "-" + depth,
        tokenizer.config(),
        plan.transformer(depth, tokenizer, classNames.size()),
        tokenizer.scales(),
        classNames,
        plan.recipe().model().defaults());
  }

  private boolean train(
      String part, Training training, String folder, String best, boolean largest, Pace pace) {
    long every = Math.max(1, (training.steps() + EVALUATIONS - 1) / EVALUATIONS);
    TrainingRun.Schedule schedule = new TrainingRun.Schedule(every, best, largest);
    return new TrainingRun(part, training, run.resolve(folder), schedule, pace).run(stop);
  }

  /** The last line of a run that has come to its end: with it, it evaluated. */
  private MetricsRow last(String folder) throws IOException {
    return MetricsHistory.read(run.resolve(folder).resolve("metrics.csv")).rows().getLast();
  }

  private static SizeResult result(
      int depth, TransformerTraining training, MetricsRow row, double speed) {
    return new SizeResult(
        depth,
        training.parameterCount("blocks."),
        training.parameterCount(""),
        figure(row, "held_out_last_loss"),
        figure(row, "held_out_loss"),
        figure(row, "held_out_last_error"),
        figure(row, "held_out_error"),
        row.step(),
        speed);
  }

  private static double figure(MetricsRow row, String name) {
    return row.value(name)
        .orElseThrow(() -> new IllegalStateException("step " + row.step() + " has no " + name));
  }

  /** Adds a line to the results and draws the laws anew. */
  private void keep(SizeResult result) throws IOException {
    List<SizeResult> results = new ArrayList<>(results());
    results.add(result);
    results.sort(Comparator.comparingInt(SizeResult::depth));
    ScalingReport report = new ScalingReport(results);
    report.draw(run.resolve("scaling.png"));
    AtomicFile.write(run.resolve("scaling.txt"), report.text());
    SizeTable.write(table(run), results); // last: with its line there, a size is done
  }
}
