package io.nextscale.train.transformer;

import io.nextscale.torch.Autograd;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.train.data.SampleOrder;
import io.nextscale.train.optim.LearningRate;
import io.nextscale.train.optim.StepRandom;
import io.nextscale.train.optim.TrainedModel;
import io.nextscale.train.run.Training;
import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.generate.TokenScore;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import io.nextscale.var.transformer.VarTransformer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The training of a transformer on tokens: all scales of an image in one masked pass; of a FlexVAR
 * model, another list of scales at each step.
 */
public final class TransformerTraining implements Training {
  private static final int TOGETHER = 16; // images, where no gradients are needed

  private final TransformerLoss loss;
  private final TransformerRecipe recipe;
  private final TransformerData data;
  private final SampleImages samples;
  private final long seed;
  private final long steps;
  private final LearningRate rate;
  private final SampleOrder order;
  private final TrainedModel model;

  /**
   * Prepares a training from random weights that has not taken a step yet.
   *
   * @param samples draws images at each evaluation
   * @param seed of weights, order and dropouts
   * @param steps that the schedules are made for, at least 1
   */
  public TransformerTraining(
      TransformerLoss loss,
      TransformerRecipe recipe,
      TransformerData data,
      SampleImages samples,
      long seed,
      long steps) {
    this(
        TransformerInitialization.weights(loss.config(), seed, recipe.gamma()),
        loss,
        recipe,
        data,
        samples,
        seed,
        steps);
  }

  /**
   * Prepares a training that has not taken a step yet.
   *
   * @param initial weights before the first step; read by this constructor only
   * @param samples draws images at each evaluation
   * @param seed of order and dropouts
   * @param steps that the schedules are made for, at least 1
   */
  public TransformerTraining(
      WeightSource initial,
      TransformerLoss loss,
      TransformerRecipe recipe,
      TransformerData data,
      SampleImages samples,
      long seed,
      long steps) {
    this.loss = loss;
    this.recipe = recipe;
    this.data = data;
    this.samples = samples;
    this.seed = seed;
    this.steps = steps;
    this.rate = recipe.learningRate(steps);
    this.order = order(data.labels(), recipe.balance(), seed);
    this.model =
        new TrainedModel(
            initial,
            loss::read,
            new TrainedModel.Settings(
                recipe.weightDecay(),
                TransformerTraining::decays,
                recipe.largestNorm(),
                recipe.movingAverage()));
  }

  /** Each image once an epoch, or those of small classes more often. */
  private static SampleOrder order(int[] labels, double balance, long seed) {
    return balance == 0
        ? SampleOrder.shuffled(labels.length, seed)
        : SampleOrder.balanced(labels, balance, seed);
  }

  /** As in the official code: matrices decay, but not the embeddings of classes and scales. */
  private static boolean decays(String name) {
    return name.endsWith(".weight")
        && !name.endsWith("mamba.norm.weight")
        && !name.equals("class_emb.weight")
        && !name.equals("lvl_embed.weight");
  }

  @Override
  public long steps() {
    return steps;
  }

  @Override
  public int imagesPerStep() {
    return recipe.batchSize() * recipe.passes();
  }

  @Override
  public List<String> columns() {
    List<String> columns =
        new ArrayList<>(
            List.of(
                "loss",
                "rate",
                "norm",
                "held_out_loss",
                "held_out_last_loss",
                "held_out_error",
                "held_out_last_error"));
    columns.addAll(samples.columns());
    return columns;
  }

  @Override
  public Map<String, Double> step(long step) {
    double sum = 0;
    for (int pass = 0; pass < recipe.passes(); pass++) {
      sum += pass(step * recipe.passes() + pass);
    }
    double now = rate.at((double) step / steps);
    double norm = model.step(now, recipe.passes());
    model.average(step);
    return Map.of("loss", sum / recipe.passes(), "rate", now, "norm", norm);
  }

  private double pass(long number) {
    SplittableRandom random = StepRandom.of(seed, "pass", number);
    int batch = recipe.batchSize();
    int[] images = new int[batch];
    int[] copies = new int[batch];
    long[] classes = new long[batch];
    for (int i = 0; i < batch; i++) {
      images[i] = order.index(number * batch + i);
      copies[i] = random.nextInt(data.tokens().copies());
      boolean dropped = random.nextDouble() < recipe.classDropout();
      classes[i] = dropped ? loss.config().classes() : data.labels()[images[i]];
    }
    TokenMaps maps = data.tokens().maps(images, copies, scales(random));
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.enabled()) {
      Tensor value =
          loss.of(
              model.parameters(),
              maps,
              classes,
              input -> dropped(input, random),
              recipe.smoothing());
      Autograd.backward(value);
      return value.toFloats()[0];
    }
  }

  private Scales scales(SplittableRandom random) {
    ScaleLists lists = new ScaleLists(loss.scales(), recipe.tokenCap());
    return loss.tokenizer().config().quantizer().choose(loss.scales(), () -> lists.draw(random));
  }

  /** Dropout of single elements: a share of them is 0, the others are scaled up in return. */
  private Tensor dropped(Tensor input, SplittableRandom random) {
    double share = recipe.tokenDropout();
    if (share == 0) {
      return input;
    }
    float[] kept = new float[Math.toIntExact(input.numel())];
    float enlarged = (float) (1 / (1 - share));
    for (int i = 0; i < kept.length; i++) {
      kept[i] = random.nextDouble() < share ? 0 : enlarged;
    }
    return input.mul(Tensor.of(kept, input.shape()));
  }

  @Override
  public Map<String, Double> evaluate() {
    Scales scales = loss.scales();
    int count = data.heldOut().images();
    TokenScore score = TokenScore.none(scales);
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      VarTransformer transformer = loss.read(model.weights());
      for (int first = 0; first < count; first += TOGETHER) {
        int batch = Math.min(TOGETHER, count - first);
        int[] images = new int[batch];
        long[] classes = new long[batch];
        for (int i = 0; i < batch; i++) {
          images[i] = first + i;
          classes[i] = data.heldOutLabels()[first + i];
        }
        TokenMaps maps = data.heldOut().maps(images, new int[batch], scales);
        score = score.plus(loss.score(transformer, maps, classes));
      }
    }
    int end = scales.count();
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("held_out_loss", score.crossEntropy(0, end));
    figures.put("held_out_last_loss", score.crossEntropy(end - 1, end));
    figures.put("held_out_error", score.errorRate(0, end));
    figures.put("held_out_last_error", score.errorRate(end - 1, end));
    figures.putAll(samples.figures(model.weights()));
    return figures;
  }

  /** Number of trained elements in the parameters whose names begin with a text. */
  public long parameterCount(String beginning) {
    return model.parameters().count(beginning);
  }

  @Override
  public void draw(Path file) {
    samples.draw(model.weights(), file);
  }

  @Override
  public Map<String, Tensor> state() {
    return model.state();
  }

  @Override
  public void export(Path file) {
    model.export(file);
  }

  @Override
  public void close() {
    model.close();
  }
}
