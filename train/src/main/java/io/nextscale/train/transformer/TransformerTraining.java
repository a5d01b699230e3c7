package io.nextscale.train.transformer;

import io.nextscale.torch.Autograd;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.train.AdamW;
import io.nextscale.train.LearningRate;
import io.nextscale.train.MovingAverage;
import io.nextscale.train.Parameters;
import io.nextscale.train.StepRandom;
import io.nextscale.train.Training;
import io.nextscale.train.Weights;
import io.nextscale.train.data.SampleOrder;
import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import io.nextscale.var.transformer.VarTransformer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

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
  private final Parameters parameters;
  private final AdamW optimiser;
  private final @Nullable MovingAverage average;

  /**
   * A training that has not taken a step yet.
   *
   * @param samples what is drawn of the model on its way
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
    this.loss = loss;
    this.recipe = recipe;
    this.data = data;
    this.samples = samples;
    this.seed = seed;
    this.steps = steps;
    this.rate = recipe.learningRate(steps);
    this.order = order(data.labels(), recipe.balance(), seed);
    this.parameters = new Parameters(new TransformerStart(loss.config(), seed, recipe.gain()));
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      loss.read(parameters);
    }
    this.optimiser =
        new AdamW(
            parameters.all(),
            recipe.weightDecay(),
            TransformerTraining::decays,
            recipe.largestNorm());
    this.average =
        recipe.movingAverage() > 0
            ? new MovingAverage(parameters.all(), recipe.movingAverage())
            : null;
  }

  /** Images of all classes alike: each once an epoch. */
  private static SampleOrder order(int[] labels, double balance, long seed) {
    return balance == 0
        ? SampleOrder.shuffled(labels.length, seed)
        : SampleOrder.balanced(labels, balance, seed);
  }

  /** As the official code: what is no matrix, and what stands for a place or a class, does not. */
  private static boolean decays(String name) {
    return name.endsWith(".weight")
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
    return List.of(
        "loss",
        "rate",
        "norm",
        "held_out_loss",
        "held_out_last_loss",
        "held_out_error",
        "held_out_last_error");
  }

  @Override
  public Map<String, Double> step(long step) {
    double sum = 0;
    for (int pass = 0; pass < recipe.passes(); pass++) {
      sum += pass(step * recipe.passes() + pass);
    }
    double now = rate.at((double) step / steps);
    double norm = optimiser.step(now, recipe.passes());
    if (average != null) {
      average.add(step);
    }
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
          loss.of(parameters, maps, classes, input -> dropped(input, random), recipe.smoothing());
      Autograd.backward(value);
      return value.toFloats()[0];
    }
  }

  private Scales scales(SplittableRandom random) {
    return loss.config().positions().fitAnyScales()
        ? new ScaleLists(loss.scales(), recipe.tokenCap()).draw(random)
        : loss.scales();
  }

  /** Numbers dropped at random, the rest enlarged by as much. */
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

  /** The weights that are used outside the training. */
  private WeightSource result() {
    return average == null ? parameters : average;
  }

  @Override
  public Map<String, Double> evaluate() {
    Scales scales = loss.scales();
    int count = data.heldOut().images();
    double[][] sums = new double[2][scales.tokens()];
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      VarTransformer transformer = loss.read(result());
      for (int first = 0; first < count; first += TOGETHER) {
        int batch = Math.min(TOGETHER, count - first);
        int[] images = new int[batch];
        long[] classes = new long[batch];
        for (int i = 0; i < batch; i++) {
          images[i] = first + i;
          classes[i] = data.heldOutLabels()[first + i];
        }
        TokenMaps maps = data.heldOut().maps(images, new int[batch], scales);
        double[][] scores = loss.score(transformer, maps, classes);
        for (int i = 0; i < scales.tokens(); i++) {
          sums[0][i] += scores[0][i];
          sums[1][i] += scores[1][i];
        }
      }
    }
    int last = scales.start(scales.count() - 1);
    return Map.of(
        "held_out_loss", mean(sums[0], 0, count),
        "held_out_last_loss", mean(sums[0], last, count),
        "held_out_error", mean(sums[1], 0, count),
        "held_out_last_error", mean(sums[1], last, count));
  }

  private static double mean(double[] sums, int from, int images) {
    double sum = 0;
    for (int i = from; i < sums.length; i++) {
      sum += sums[i];
    }
    return sum / (sums.length - from) / images;
  }

  @Override
  public void draw(Path file) {
    samples.draw(result(), file);
  }

  @Override
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>(parameters.all());
    state.putAll(optimiser.state());
    if (average != null) {
      average.all().forEach((name, tensor) -> state.put(name + "/average", tensor));
    }
    return state;
  }

  @Override
  public void export(Path file) {
    Weights.write(file, average == null ? parameters.all() : average.all());
  }

  @Override
  public void close() {
    if (average != null) {
      average.close();
    }
    optimiser.close();
    parameters.close();
  }
}
