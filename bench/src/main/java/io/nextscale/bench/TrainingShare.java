package io.nextscale.bench;

import io.nextscale.torch.DType;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.OperatorProfile;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.train.data.Augmentation;
import io.nextscale.train.data.ImageCache;
import io.nextscale.train.data.ImageData;
import io.nextscale.train.data.RgbImage;
import io.nextscale.train.recipe.Recipe;
import io.nextscale.train.recipe.RecipeFile;
import io.nextscale.train.run.Training;
import io.nextscale.train.tokenizer.Critics;
import io.nextscale.train.tokenizer.TokenizerInitialization;
import io.nextscale.train.tokenizer.TokenizerLoss;
import io.nextscale.train.tokenizer.TokenizerTraining;
import io.nextscale.train.transformer.SampleImages;
import io.nextscale.train.transformer.TokenCache;
import io.nextscale.train.transformer.TransformerData;
import io.nextscale.train.transformer.TransformerLoss;
import io.nextscale.train.transformer.TransformerTraining;
import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.scale.Scales;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Measures the share of a training step that is spent in libtorch: the time inside operator calls,
 * backward pass and optimiser included, over the time of the step. The rest is Java, and waiting
 * for the next batch.
 */
public final class TrainingShare {
  private static final int IMAGES = 64;
  private static final int WARM_UP = 15;
  private static final int MEASURED = 40;

  private TrainingShare() {}

  /**
   * Measures both trainings of a recipe.
   *
   * @param arguments recipe (default: emoji-var), then number of threads (default: 1)
   */
  public static void main(String[] arguments) {
    Recipe recipe = RecipeFile.find(arguments.length > 0 ? arguments[0] : "emoji-var");
    int threads = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1;
    CpuThreads.setCount(threads);
    System.out.printf("%s, %d thread(s), bfloat16%n", recipe.model().name(), threads);
    ImageData data = data(recipe.model());
    TokenizerLoss loss =
        new TokenizerLoss(recipe.model().tokenizer(), recipe.model().scales(), DType.BFLOAT16);
    long steps = WARM_UP + MEASURED;
    try (Training tokenizer =
        new TokenizerTraining(loss, recipe.tokenizer(), data, Critics.none(), 1, steps)) {
      measure("tokenizer", tokenizer);
    }
    transformer(recipe, data, steps);
  }

  private static void transformer(Recipe recipe, ImageData data, long steps) {
    ModelSpec spec = recipe.model();
    WeightSource weights = TokenizerInitialization.weights(1);
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      var tokenizer =
          new TokenizerLoss(spec.tokenizer(), spec.scales(), DType.FLOAT32).read(weights);
      Scales scales = spec.tokenizer().quantizer().every(spec.scales());
      TokenCache tokens =
          TokenCache.encode(
              tokenizer, scales, data.training(), Augmentation.NONE, 1, 1, done -> {});
      int[] labels = data.training().labels();
      TransformerLoss loss =
          new TransformerLoss(spec.transformer(), spec.scales(), tokenizer, DType.BFLOAT16);
      try (Training transformer =
          new TransformerTraining(
              loss,
              recipe.transformer(),
              new TransformerData(tokens, labels, tokens, labels),
              new SampleImages(spec, weights, 1, Optional.empty()),
              1,
              steps)) {
        measure("transformer", transformer);
      }
    }
  }

  private static void measure(String part, Training training) {
    for (int step = 0; step < WARM_UP; step++) {
      training.step(step);
    }
    List<JavaShare.Run> runs = new ArrayList<>();
    for (int step = WARM_UP; step < WARM_UP + MEASURED; step++) {
      try (OperatorProfile profile = OperatorProfile.start()) {
        long start = System.nanoTime();
        training.step(step);
        runs.add(JavaShare.Run.of((System.nanoTime() - start) * 1e-9, profile));
      }
    }
    JavaShare share = JavaShare.of(runs);
    double total = Median.of(runs, JavaShare.Run::total);
    System.out.printf(
        "%s: %.0f ms a step, %.1f images/s, %.1f %% of it in libtorch (medians of %d steps)%n",
        part, total * 1e3, training.imagesPerStep() / total, 100 * (1 - share.share()), MEASURED);
  }

  /** Makes images of noise: their content does not change the time. */
  private static ImageData data(ModelSpec spec) {
    int size = spec.imageSize().height();
    Random random = new Random(1);
    List<RgbImage> images = new ArrayList<>();
    int[] labels = new int[IMAGES];
    List<String> names = new ArrayList<>();
    for (int i = 0; i < spec.transformer().classes(); i++) {
      names.add("class " + i);
    }
    for (int i = 0; i < IMAGES; i++) {
      byte[] levels = new byte[3 * size * size];
      random.nextBytes(levels);
      images.add(new RgbImage(size, size, levels));
      labels[i] = i % names.size();
    }
    ImageCache cache = ImageCache.of(Path.of("noise"), names, images, labels);
    return new ImageData(cache, cache, new Augmentation(0.5, Set.of(), 0.1, 2, 0.1, 0.06));
  }
}
