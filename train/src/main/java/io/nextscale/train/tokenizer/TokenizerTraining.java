package io.nextscale.train.tokenizer;

import io.nextscale.torch.Autograd;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.train.data.Batch;
import io.nextscale.train.data.ImageBatches;
import io.nextscale.train.data.ImageCache;
import io.nextscale.train.data.ImageData;
import io.nextscale.train.data.SampleOrder;
import io.nextscale.train.optim.AdamW;
import io.nextscale.train.optim.LearningRate;
import io.nextscale.train.optim.MovingAverage;
import io.nextscale.train.optim.Parameters;
import io.nextscale.train.optim.StepRandom;
import io.nextscale.train.optim.Weights;
import io.nextscale.train.run.Training;
import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.tokenizer.QuantizerConfig;
import io.nextscale.var.tokenizer.VqVae;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The training of an image tokenizer: for a while without its quantizer, then codes are set from
 * what the latents of images look like, then with it.
 */
public final class TokenizerTraining implements Training {
  private static final String CODEBOOK = "quantize.embedding.weight";
  private static final int FIRST_CODES_OF = 128; // images
  private static final int TOGETHER = 8; // images, where no gradients are needed

  private final TokenizerLoss loss;
  private final TokenizerRecipe recipe;
  private final ImageData data;
  private final long seed;
  private final long steps;
  private final LearningRate rate;
  private final Parameters parameters;
  private final AdamW optimiser;
  private final @Nullable MovingAverage average;
  private final CodeUsage usage;
  private final Critics critics;
  private @Nullable ImageBatches batches;
  private long nextBatch = -1;

  /**
   * A training that has not taken a step yet.
   *
   * @param critics of the images beside their pixels; closed with this
   * @param seed of weights, order and augmentation
   * @param steps that the schedules are made for, at least 1
   */
  public TokenizerTraining(
      TokenizerLoss loss,
      TokenizerRecipe recipe,
      ImageData data,
      Critics critics,
      long seed,
      long steps) {
    this.critics = critics;
    this.loss = loss;
    this.recipe = recipe;
    this.data = data;
    this.seed = seed;
    this.steps = steps;
    this.rate = recipe.learningRate(steps);
    this.parameters = new Parameters(TokenizerInitialization.weights(seed));
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      loss.read(parameters);
    }
    this.optimiser =
        new AdamW(
            parameters.all(),
            recipe.weightDecay(),
            name -> !name.equals(CODEBOOK),
            recipe.largestNorm());
    this.average =
        recipe.movingAverage() > 0
            ? new MovingAverage(parameters.all(), recipe.movingAverage())
            : null;
    this.usage = new CodeUsage(usageScales(), loss.config().vocabularySize());
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
        new ArrayList<>(List.of("loss", "code_loss", "rate", "norm", "psnr", "held_out_psnr"));
    IntStream.range(0, usageScales()).forEach(k -> columns.add(usageColumn(k)));
    return columns;
  }

  @Override
  public Map<String, Double> step(long step) {
    if (step == recipe.quantizedFrom(steps)) {
      setFirstCodes();
    }
    Map<String, Double> figures = new LinkedHashMap<>();
    List<Tensor> asked = new ArrayList<>();
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.enabled()) {
      Scales compared = compared(step);
      for (int pass = 0; pass < recipe.passes(); pass++) {
        Batch batch = batch(step * recipe.passes() + pass);
        TokenizerLoss.Pass done = pass(step, batch, compared, figures);
        asked.addAll(done.asked());
        for (int k = 0; k < done.tokens().size(); k++) {
          usage.add(usageScale(compared, k), done.tokens().get(k));
        }
      }
      double now = rate.at((double) step / steps);
      figures.put("norm", optimiser.step(now, recipe.passes()));
      critics.step(now, recipe.passes(), (double) step / steps);
      figures.put("rate", now);
      if (!asked.isEmpty() && (step + 1) % recipe.restartEvery() == 0) {
        restartDeadCodes(step, CodeVectors.of(asked));
      }
    }
    if (average != null) {
      average.add(step);
    }
    return figures;
  }

  private TokenizerLoss.Pass pass(
      long step, Batch batch, Scales compared, Map<String, Double> figures) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor truth = images(batch);
      VqVae tokenizer = loss.read(parameters);
      TokenizerLoss.Pass pass =
          step < recipe.quantizedFrom(steps)
              ? loss.plain(
                  tokenizer,
                  truth,
                  compared,
                  StepRandom.of(seed, "noise", batch.index())::nextGaussian)
              : loss.quantized(tokenizer, truth, compared, recipe.skipping(step, steps));
      double progress = (double) step / steps;
      int images = batch.size() * recipe.passes();
      Tensor sum = critics.add(pass.sum(), truth, pass.image(), progress);
      Autograd.backward(sum);
      critics.learn(truth, pass.image(), progress);
      figures.merge("loss", sum.toFloats()[0] / (double) recipe.passes(), Double::sum);
      figures.merge(
          "code_loss", pass.codes().toFloats()[0] / (double) recipe.passes(), Double::sum);
      figures.merge("psnr", decibels(pass.image().toFloats(), batch) / images, Double::sum);
      pass.asked().forEach(scope::keep);
      return pass;
    }
  }

  private Scales compared(long step) {
    return isResidual()
        ? loss.scales()
        : ComparedScales.draw(
            loss.scales().last().height(),
            recipe.comparedScales(),
            StepRandom.of(seed, "scales", step));
  }

  private boolean isResidual() {
    return loss.config().quantizer() instanceof QuantizerConfig.Residual;
  }

  /** Codes are counted for each own scale, of a FlexVAR tokenizer for every side of a square. */
  private int usageScales() {
    return isResidual() ? loss.scales().count() : loss.scales().last().height();
  }

  private int usageScale(Scales compared, int k) {
    return isResidual() ? k : compared.get(k).height() - 1;
  }

  private String usageColumn(int k) {
    return "usage_" + (isResidual() ? loss.scales().get(k).height() : k + 1);
  }

  private Batch batch(long index) {
    if (batches == null || index != nextBatch) {
      if (batches != null) {
        batches.close();
      }
      SampleOrder order = SampleOrder.shuffled(data.training().count(), seed);
      batches =
          new ImageBatches(
              data.training(), data.augmentation(), order, seed, recipe.batchSize(), index);
    }
    nextBatch = index + 1;
    return batches.next();
  }

  private static Tensor images(Batch batch) {
    int side = (int) Math.round(Math.sqrt(batch.pixels().length / 3.0 / batch.size()));
    return Tensor.of(batch.pixels(), batch.size(), 3, side, side);
  }

  private void setFirstCodes() {
    SplittableRandom random = StepRandom.of(seed, "first codes", 0);
    Scales all = isResidual() ? loss.scales() : everySide();
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      VqVae tokenizer = loss.read(parameters);
      LearntQuantizer quantizer = new LearntQuantizer(tokenizer.quantizer(), all);
      List<Tensor> asked = new ArrayList<>();
      ImageCache cache = data.training();
      for (int i = 0; i < FIRST_CODES_OF / TOGETHER; i++) {
        int first = random.nextInt(Math.max(1, cache.count() - TOGETHER + 1));
        Tensor latent = tokenizer.encode(images(cache.batch(first, TOGETHER)));
        asked.addAll(quantizer.idealQueries(latent));
      }
      List<Integer> codes = IntStream.range(0, loss.config().vocabularySize()).boxed().toList();
      CodeVectors.of(asked).writeTo(codebook(), codes, random);
    }
  }

  private Scales everySide() {
    int finest = loss.scales().last().height();
    return ComparedScales.draw(finest, finest, StepRandom.of(seed, "every side", 0));
  }

  private void restartDeadCodes(long step, CodeVectors vectors) {
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      vectors.writeTo(codebook(), usage.takeDead(), StepRandom.of(seed, "restart", step));
    }
  }

  private Tensor codebook() {
    Tensor codes = parameters.all().get(CODEBOOK);
    if (codes == null) {
      throw new IllegalStateException("a tokenizer without " + CODEBOOK);
    }
    return codes;
  }

  /** The weights that are used outside the training. */
  private WeightSource result() {
    return average == null ? parameters : average;
  }

  @Override
  public Map<String, Double> evaluate() {
    ImageCache cache = data.heldOut();
    double decibels = 0;
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      VqVae tokenizer = loss.read(result());
      for (int first = 0; first < cache.count(); first += TOGETHER) {
        Batch batch = cache.batch(first, TOGETHER);
        try (TensorScope own = TensorScope.open()) {
          Tensor made = new Reconstruction(tokenizer, loss.scales()).of(images(batch));
          decibels += decibels(made.toFloats(), batch);
        }
      }
    }
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("held_out_psnr", decibels / cache.count());
    for (int k = 0; k < usageScales(); k++) {
      figures.put(usageColumn(k), usage.share(k));
    }
    return figures;
  }

  /** Sum of the images' peak signal-to-noise ratios, the made pixels clamped to [-1, 1]. */
  private static double decibels(float[] made, Batch batch) {
    float[] truth = batch.pixels();
    int each = truth.length / batch.size();
    double decibels = 0;
    for (int first = 0; first < truth.length; first += each) {
      double squares = 0;
      for (int i = first; i < first + each; i++) {
        double difference = truth[i] - Math.clamp(made[i], -1f, 1f);
        squares += difference * difference;
      }
      decibels += 10 * Math.log10(4 / (squares / each));
    }
    return decibels;
  }

  @Override
  public void draw(Path file) {
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      Reconstruction reconstruction = new Reconstruction(loss.read(result()), loss.scales());
      reconstruction.draw(data.heldOut(), file);
    }
  }

  @Override
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>(parameters.all());
    state.putAll(optimiser.state());
    if (average != null) {
      average.all().forEach((name, tensor) -> state.put(name + "/average", tensor));
    }
    state.put("usage", usage.state());
    state.putAll(critics.state());
    return state;
  }

  @Override
  public void export(Path file) {
    Weights.write(file, average == null ? parameters.all() : average.all());
  }

  @Override
  public void close() {
    if (batches != null) {
      batches.close();
    }
    critics.close();
    usage.close();
    if (average != null) {
      average.close();
    }
    optimiser.close();
    parameters.close();
  }
}
