package io.nextscale.spark;

import io.nextscale.spark.model.ModelDescription;
import io.nextscale.spark.row.TrainingImage;
import io.nextscale.train.ModelTraining;
import io.nextscale.train.data.ImageDataException;
import io.nextscale.train.data.ImageSet;
import io.nextscale.train.data.ImageSplit;
import io.nextscale.train.data.LabelledImage;
import io.nextscale.train.recipe.PlanData;
import io.nextscale.train.recipe.Recipe;
import io.nextscale.train.recipe.RunPlan;
import io.nextscale.train.transformer.TokenCache;
import io.nextscale.var.model.OpenTokenizer;
import io.nextscale.var.model.TokenizerSource;
import io.nextscale.var.scale.Scales;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/**
 * The tokens of a training's images, computed on Spark: {@code nextscale train --resume} reads them
 * instead of encoding all images on one machine.
 *
 * <p>The run's folder and its images must lie at the same path on driver and executors.
 */
public final class TrainingTokens {
  private TrainingTokens() {}

  /**
   * Computes the tokens of all copies of the training images and writes the run's {@code
   * tokens.safetensors}. Does nothing if that is there. Images that cannot be decoded are left out,
   * as the training leaves them out.
   *
   * @param run folder of a run whose tokenizer is trained
   * @param threads of an operator; 0: as many as an executor has cores
   * @param partitions number of tasks
   * @return the file
   * @throws ImageDataException if the tokenizer is not trained yet, or no image can be used
   */
  public static Path write(SparkSession spark, Path run, int threads, int partitions) {
    Path file = ModelTraining.tokens(run);
    if (Files.exists(file)) {
      return file;
    }
    RunPlan plan = RunPlan.load(run);
    Path model = ModelTraining.model(run);
    if (!Files.exists(model.resolve("vae.safetensors"))) {
      throw new ImageDataException(
          "%s: there is no vae.safetensors: start the run with nextscale train and stop it (Ctrl-C) when its tokenizer is trained"
              .formatted(model));
    }
    Recipe.Data data = plan.recipe().data();
    ImageSet images = ImageSplit.of(data.requireFolder(plan.folder()), plan.heldOut()).training();
    Scales scales = scales(model);
    TrainingImage function =
        new TrainingImage(
            data.shape(),
            PlanData.augmentation(data, images.classNames()),
            plan.seed(),
            scales.toString());
    ModelDescription tokenizer =
        ModelDescription.of(model.toAbsolutePath().toString()).withChecksum().withThreads(threads);
    TokenEncoding encoding = new TokenEncoding(spark, function, tokenizer, partitions, run);
    List<long[]> tokens = new ArrayList<>();
    List<LabelledImage> good = encoding.plain(images.images(), tokens::add);
    for (int copy = 1; copy < plan.copies(); copy++) {
      encoding.copy(good, copy, tokens::add);
    }
    TokenCache.of(scales, good.size(), tokens.toArray(long[][]::new)).save(file);
    return file;
  }

  private static Scales scales(Path model) {
    try (OpenTokenizer opened = TokenizerSource.folder(model).open()) {
      return opened.spec().config().quantizer().every(opened.spec().scales());
    }
  }
}
