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
import io.nextscale.train.optim.LearningRate;
import io.nextscale.train.optim.StepRandom;
import io.nextscale.train.optim.TrainedModel;
import io.nextscale.train.run.Training;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
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
 * The training of an image tokenizer: at first without its quantizer; then codes are set from the
 * latents of images, and it goes on with the quantizer.
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
  private final TrainedModel model;
  private final Scales everyScale;
  private final CodeUsage usage;
  private final Critics critics;
  private @Nullable ImageBatches batches;
  private long nextBatch = -1;

  /**
   * Prepares a training that has not taken a step yet.
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
    this.model =
        new TrainedModel(
            TokenizerInitialization.weights(seed),
            loss::read,
            new TrainedModel.Settings(
                recipe.weightDecay(),
                name -> !name.equals(CODEBOOK),
                recipe.largestNorm(),
                recipe.movingAverage()));
    this.everyScale = loss.config().quantizer().every(loss.scales());
    this.usage = new CodeUsage(everyScale.count(), loss.config().vocabularySize());
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
    everyScale.list().forEach(scale -> columns.add(usageColumn(scale)));
    return columns;
  }

  @Override
  public Map<String, Double> step(long step) {
    if (step == recipe.quantizedFrom(steps)) {
      setFirstCodes();
    }
    Map<String, Double> figures = new LinkedHashMap<>();
    List<Tensor> queries = new ArrayList<>();
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.enabled()) {
      Scales compared = compared(step);
      for (int pass = 0; pass < recipe.passes(); pass++) {
        Batch batch = batch(step * recipe.passes() + pass);
        TokenizerLoss.Pass done = pass(step, batch, compared, figures);
        queries.addAll(done.queries());
        for (int k = 0; k < done.tokens().size(); k++) {
          usage.add(everyScale.list().indexOf(compared.get(k)), done.tokens().get(k));
        }
      }
      double now = rate.at((double) step / steps);
      figures.put("norm", model.step(now, recipe.passes()));
      critics.step(now, recipe.passes(), (double) step / steps);
      figures.put("rate", now);
      if (!queries.isEmpty() && (step + 1) % recipe.restartEvery() == 0) {
        restartDeadCodes(step, CodeVectors.of(queries));
      }
    }
    model.average(step);
    return figures;
  }

  private TokenizerLoss.Pass pass(
      long step, Batch batch, Scales compared, Map<String, Double> figures) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor truth = images(batch);
      VqVae tokenizer = loss.read(model.parameters());
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
      pass.queries().forEach(scope::keep);
      return pass;
    }
  }

  /** The scales that a step compares: those of the quantizer, or some of all. */
  private Scales compared(long step) {
    return loss.config()
        .quantizer()
        .choose(
            loss.scales(),
            () ->
                ComparedScales.draw(
                    loss.scales().last().height(),
                    recipe.comparedScales(),
                    StepRandom.of(seed, "scales", step)));
  }

  private static String usageColumn(Scale scale) {
    return "usage_" + scale.height();
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
    int side = side(batch);
    return Tensor.of(batch.pixels(), batch.size(), 3, side, side);
  }

  private static int side(Batch batch) {
    return (int) Math.round(Math.sqrt(batch.pixels().length / 3.0 / batch.size()));
  }

  private void setFirstCodes() {
    SplittableRandom random = StepRandom.of(seed, "first codes", 0);
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      VqVae tokenizer = loss.read(model.parameters());
      LearntQuantizer quantizer = new LearntQuantizer(tokenizer.quantizer(), everyScale);
      List<Tensor> queries = new ArrayList<>();
      ImageCache cache = data.training();
      for (int i = 0; i < FIRST_CODES_OF / TOGETHER; i++) {
        int first = random.nextInt(Math.max(1, cache.count() - TOGETHER + 1));
        Tensor latent = tokenizer.encode(images(cache.batch(first, TOGETHER)));
        queries.addAll(quantizer.idealQueries(latent));
      }
      List<Integer> codes = IntStream.range(0, loss.config().vocabularySize()).boxed().toList();
      CodeVectors.of(queries).writeTo(codebook(), codes, random);
    }
  }

  private void restartDeadCodes(long step, CodeVectors vectors) {
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      vectors.writeTo(codebook(), usage.takeDead(), StepRandom.of(seed, "restart", step));
    }
  }

  private Tensor codebook() {
    Tensor codes = model.parameters().all().get(CODEBOOK);
    if (codes == null) {
      throw new IllegalStateException("a tokenizer without " + CODEBOOK);
    }
    return codes;
  }

  @Override
  public Map<String, Double> evaluate() {
    ImageCache cache = data.heldOut();
    double decibels = 0;
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      VqVae tokenizer = loss.read(model.weights());
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
    for (int k = 0; k < everyScale.count(); k++) {
      figures.put(usageColumn(everyScale.get(k)), usage.share(k));
    }
    return figures;
  }

  /** Sum of the images' peak signal-to-noise ratios, see {@link PixelArray#psnr}. */
  private static double decibels(float[] made, Batch batch) {
    int side = side(batch);
    double decibels = 0;
    for (int i = 0; i < batch.size(); i++) {
      PixelArray truth = PixelArray.fromBatch(batch.pixels(), i, side, side);
      decibels += truth.psnr(PixelArray.fromBatch(made, i, side, side));
    }
    return decibels;
  }

  @Override
  public void draw(Path file) {
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      Reconstruction reconstruction = new Reconstruction(loss.read(model.weights()), loss.scales());
      reconstruction.draw(data.heldOut(), file);
    }
  }

  @Override
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = model.state();
    state.put("usage", usage.state());
    state.putAll(critics.state());
    return state;
  }

  @Override
  public void export(Path file) {
    model.export(file);
  }

  @Override
  public void close() {
    if (batches != null) {
      batches.close();
    }
    critics.close();
    usage.close();
    model.close();
  }
}
