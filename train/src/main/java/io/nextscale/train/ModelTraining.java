package io.nextscale.train;

import io.nextscale.torch.DType;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.cpu.LibraryThread;
import io.nextscale.train.adversary.PatchDiscriminator;
import io.nextscale.train.adversary.PatchInitialization;
import io.nextscale.train.data.ImageData;
import io.nextscale.train.recipe.FidPlan;
import io.nextscale.train.recipe.Recipe;
import io.nextscale.train.recipe.RunPlan;
import io.nextscale.train.run.StepTime;
import io.nextscale.train.run.Training;
import io.nextscale.train.run.TrainingListener;
import io.nextscale.train.run.TrainingRun;
import io.nextscale.train.tokenizer.Critics;
import io.nextscale.train.tokenizer.TokenizerLoss;
import io.nextscale.train.tokenizer.TokenizerTraining;
import io.nextscale.train.transformer.HeldOutFid;
import io.nextscale.train.transformer.SampleImages;
import io.nextscale.train.transformer.StartingWeights;
import io.nextscale.train.transformer.TokenStage;
import io.nextscale.train.transformer.TransformerData;
import io.nextscale.train.transformer.TransformerLoss;
import io.nextscale.train.transformer.TransformerTraining;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.CheckpointWeights;
import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.file.AtomicFile;
import io.nextscale.var.file.TemporaryFiles;
import io.nextscale.var.inference.VqVaeForm;
import io.nextscale.var.json.Json;
import io.nextscale.var.model.ConfigFile;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.tokenizer.VqVae;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;

/**
 * The training of a whole model: its tokenizer, then the tokens of all images, then its
 * transformer. The run's folder holds {@code run.json}, a {@link TrainingRun} each in {@code
 * tokenizer} and {@code transformer}, the tokens, and in {@code model} what can be loaded for use.
 */
public final class ModelTraining {
  private static final int SAMPLES = 24;
  private static final long EVALUATIONS = 25;
  private static final long EVALUATIONS_OF_SHORT = 6;
  private static final long SHORT = 1000; // steps
  private static final long LEAST_BETWEEN = 20;
  private static final String START = "start";

  private final Path run;
  private final ImageData data;
  private final TrainingListener listener;
  private final BooleanSupplier stop;
  private RunPlan plan;

  /**
   * Prepares a training in a folder.
   *
   * @param run the folder, with a {@code run.json}
   * @param data the plan's images
   * @param stop asked after every step; if it answers true, a later call goes on
   */
  public ModelTraining(Path run, ImageData data, TrainingListener listener, BooleanSupplier stop) {
    this.run = Objects.requireNonNull(run, "run");
    this.data = Objects.requireNonNull(data, "data");
    this.listener = Objects.requireNonNull(listener, "listener");
    this.stop = Objects.requireNonNull(stop, "stop");
    this.plan = RunPlan.load(run);
  }

  /**
   * Checks that a folder holds a model that a training can go on from: {@code config.json}, {@code
   * vae.safetensors} and {@code transformer.safetensors}, of the recipe's architecture. Its classes
   * may be others ({@link #requireClasses}).
   *
   * @throws io.nextscale.var.model.ModelException naming what is wrong, if it does not
   * @throws io.nextscale.var.checkpoint.CheckpointException likewise, of the weights
   * @throws UncheckedIOException if a file cannot be read
   */
  public static void requireStart(Recipe recipe, Path from) {
    List<String> classes = List.of("any");
    ModelSpec spec = spec(config(recipe, recipe.model().name(), classes));
    try (Checkpoint vae = Checkpoint.open(from.resolve(ModelFile.TOKENIZER));
        Checkpoint transformer = Checkpoint.open(from.resolve(ModelFile.TRANSFORMER));
        TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      VqVae tokenizer = tokenizer(spec, vae);
      new TransformerLoss(spec.transformer(), spec.scales(), tokenizer, DType.FLOAT32)
          .read(starting(from, transformer, classes, recipe));
    }
  }

  /**
   * Checks that classes can begin as those of a model, once the images are listed.
   *
   * @param classes names of the classes to train
   * @param from as {@link #requireStart} wants it
   * @throws IllegalArgumentException if a class begins as one that the model lacks
   */
  public static void requireClasses(Recipe recipe, List<String> classes, Path from) {
    try (Checkpoint transformer = Checkpoint.open(from.resolve(ModelFile.TRANSFORMER))) {
      starting(from, transformer, classes, recipe);
    }
  }

  /**
   * Checks that a file holds a tokenizer of a recipe's architecture.
   *
   * @param file safetensors, as a run leaves it in {@code model/vae.safetensors}
   * @throws io.nextscale.var.checkpoint.CheckpointException naming what is wrong, if it does not
   */
  public static void requireTokenizer(Recipe recipe, Path file) {
    try (Checkpoint vae = Checkpoint.open(file);
        TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      tokenizer(recipe.model(), vae);
    }
  }

  private static VqVae tokenizer(ModelSpec spec, Checkpoint vae) {
    return new TokenizerLoss(spec.tokenizer(), spec.scales(), DType.FLOAT32)
        .read(new CheckpointWeights(vae));
  }

  /**
   * Gives a run a trained tokenizer.
   *
   * @param run the folder, with a plan that keeps the tokenizer
   * @param file as {@link #requireTokenizer} wants it
   * @throws UncheckedIOException if it cannot be copied
   */
  public static void keepTokenizer(Path run, Path file) {
    try {
      Files.createDirectories(model(run));
      ModelFile.copy(file, model(run).resolve(ModelFile.TOKENIZER));
    } catch (IOException e) {
      throw new UncheckedIOException("copying " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Lets a run go on from a model: its tokenizer is kept, its transformer's weights are the first.
   *
   * @param run the folder, with a plan that keeps the tokenizer
   * @param from as {@link #requireStart} wants it
   * @throws UncheckedIOException if it cannot be copied
   */
  public static void start(Path run, Path from) {
    keepTokenizer(run, from.resolve(ModelFile.TOKENIZER));
    try {
      Files.createDirectories(run.resolve(START));
      for (String file : List.of(ModelFile.CONFIG, ModelFile.TRANSFORMER)) {
        ModelFile.copy(from.resolve(file), run.resolve(START).resolve(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("copying " + from + ": " + e.getMessage(), e);
    }
  }

  /**
   * Checks that the network of a plan's Fréchet distance can be loaded, if the distance is wanted:
   * hours may pass before the first one.
   *
   * @throws io.nextscale.evaluate.error.EvaluationException if it cannot
   */
  public static void requireFid(RunPlan plan) {
    plan.fid().ifPresent(fid -> fid.load().close());
  }

  /**
   * Checks that there are enough images for the Fréchet distance of a plan, if it is wanted.
   *
   * @param heldOut their number
   * @throws io.nextscale.train.data.ImageDataException if there are too few
   */
  public static void requireFidImages(RunPlan plan, int heldOut) {
    if (plan.fid().isPresent()) {
      HeldOutFid.requireImages(heldOut);
    }
  }

  private static WeightSource starting(
      Path folder, Checkpoint transformer, List<String> classes, Recipe recipe) {
    try {
      Path config = folder.resolve(ModelFile.CONFIG);
      ModelSpec other = ConfigFile.parse(config.toString(), Files.readAllBytes(config));
      return new StartingWeights(
          new CheckpointWeights(transformer),
          other.transformer().classes(),
          other.classNames(),
          classes,
          recipe.data().kin());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + folder + ": " + e, e);
    }
  }

  /** The folder of the trained model. */
  public static Path model(Path run) {
    return run.resolve("model");
  }

  /** The file of the tokens of the training images; if it is there, it is read. */
  public static Path tokens(Path run) {
    return run.resolve("tokens.safetensors");
  }

  /**
   * Does what is left to do, on the calling thread, or on a platform thread if that is virtual.
   *
   * @return whether the model is trained; if not, it was stopped
   * @throws UncheckedIOException if a file cannot be written; what was written before stays
   */
  public boolean run() {
    return LibraryThread.call("nextscale-training", this::runHere);
  }

  private boolean runHere() {
    try {
      TemporaryFiles.cleanAll(run);
      Files.createDirectories(model(run));
      Map<String, Object> config =
          config(plan.recipe(), ModelFile.name(run), data.training().classNames());
      ModelSpec spec = spec(config);
      AtomicFile.write(model(run).resolve(ModelFile.CONFIG), Json.write(config) + "\n");
      Path tokenizer = model(run).resolve(ModelFile.TOKENIZER);
      if (Files.notExists(tokenizer) && !trainTokenizer(spec, tokenizer)) {
        return false;
      }
      Path transformer = model(run).resolve(ModelFile.TRANSFORMER);
      return Files.exists(transformer) || trainTransformer(spec, tokenizer, transformer);
    } catch (CancellationException e) {
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException("training in " + run + ": " + e.getMessage(), e);
    }
  }

  private static Map<String, Object> config(Recipe recipe, String name, List<String> classes) {
    if (recipe.source().get("model") instanceof Map<?, ?> model) {
      return ModelFile.config(model, name, classes);
    }
    throw new IllegalStateException("a recipe without a model");
  }

  private static ModelSpec spec(Map<String, Object> config) {
    return ConfigFile.parse("recipe", Json.write(config).getBytes(StandardCharsets.UTF_8));
  }

  private boolean trainTokenizer(ModelSpec spec, Path result) throws IOException {
    TokenizerLoss loss = new TokenizerLoss(spec.tokenizer(), spec.scales(), plan.compute());
    if (plan.keepsTokenizer()) {
      throw new IllegalStateException(
          result + " is missing: the plan has no steps to train a tokenizer");
    }
    Recipe recipe = plan.recipe();
    if (plan.tokenizerSteps().isEmpty()) {
      double seconds = plan.seconds(recipe.tokenizerShare());
      plan =
          plan.withTokenizerSteps(
              StepTime.stepsIn(seconds, steps -> tokenizerTraining(loss, steps)));
      plan.save(run);
    }
    try (TokenizerTraining training =
        tokenizerTraining(loss, plan.tokenizerSteps().orElseThrow())) {
      return train("tokenizer", training, "held_out_psnr", true, recipe.tokenizerKeeps(), result);
    }
  }

  private TokenizerTraining tokenizerTraining(TokenizerLoss loss, long steps) {
    Recipe recipe = plan.recipe();
    Critics critics =
        recipe
            .adversary()
            .map(
                adversary ->
                    Critics.of(
                        new PatchDiscriminator(
                            adversary.network(),
                            PatchInitialization.weights(plan.seed()),
                            plan.compute()),
                        adversary.hyperparameters(),
                        null))
            .orElseGet(Critics::none);
    return new TokenizerTraining(loss, recipe.tokenizer(), data, critics, plan.seed(), steps);
  }

  private boolean trainTransformer(ModelSpec spec, Path vae, Path result) throws IOException {
    Recipe recipe = plan.recipe();
    Optional<HeldOutFid> fid = plan.fid().map(this::distance);
    try (Checkpoint checkpoint = Checkpoint.open(vae);
        TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      CheckpointWeights weights = new CheckpointWeights(checkpoint);
      VqVae tokenizer = VqVaeForm.of(tokenizer(spec, checkpoint));
      Scales scales = spec.tokenizer().quantizer().every(spec.scales());
      TransformerData tokens =
          new TokenStage(tokenizer, scales, data, plan.copies(), plan.seed())
              .run(tokens(run), listener, stop);
      TransformerLoss loss =
          new TransformerLoss(spec.transformer(), spec.scales(), tokenizer, plan.compute());
      SampleImages samples = new SampleImages(spec, weights, SAMPLES, fid);
      LongFunction<TransformerTraining> make = steps -> training(loss, tokens, samples, steps);
      if (plan.transformerSteps().isEmpty()) {
        double seconds = plan.seconds(plan.keepsTokenizer() ? 1 : 1 - recipe.tokenizerShare());
        plan = plan.withTransformerSteps(StepTime.stepsIn(seconds, make));
        plan.save(run);
      }
      try (TransformerTraining training = make.apply(plan.transformerSteps().orElseThrow())) {
        return train(
            "transformer", training, "held_out_loss", false, recipe.transformerKeeps(), result);
      }
    } finally {
      fid.ifPresent(HeldOutFid::close);
    }
  }

  private HeldOutFid distance(FidPlan wanted) {
    return new HeldOutFid(
        wanted.load(),
        data.heldOut(),
        wanted.samples(),
        done -> listener.evaluating(HeldOutFid.COLUMN, done, wanted.samples()));
  }

  private TransformerTraining training(
      TransformerLoss loss, TransformerData tokens, SampleImages samples, long steps) {
    Recipe recipe = plan.recipe();
    Path start = run.resolve(START);
    if (!Files.isDirectory(start)) {
      return new TransformerTraining(
          loss, recipe.transformer(), tokens, samples, plan.seed(), steps);
    }
    try (Checkpoint checkpoint = Checkpoint.open(start.resolve(ModelFile.TRANSFORMER))) {
      WeightSource initial = starting(start, checkpoint, data.training().classNames(), recipe);
      return new TransformerTraining(
          initial, loss, recipe.transformer(), tokens, samples, plan.seed(), steps);
    }
  }

  private boolean train(
      String part, Training training, String best, boolean largest, Recipe.Keep keep, Path result)
      throws IOException {
    Path folder = run.resolve(part);
    long evaluations = training.steps() < SHORT ? EVALUATIONS_OF_SHORT : EVALUATIONS;
    long every = Math.max(LEAST_BETWEEN, training.steps() / evaluations);
    TrainingRun.Schedule schedule = new TrainingRun.Schedule(every, best, largest);
    if (!new TrainingRun(part, training, folder, schedule, listener).run(stop)) {
      return false;
    }
    if (keep == Recipe.Keep.BEST) {
      ModelFile.copy(TrainingRun.best(folder), result);
    } else {
      training.export(result);
    }
    return true;
  }
}
