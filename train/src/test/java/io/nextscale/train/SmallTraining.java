package io.nextscale.train;

import io.nextscale.torch.DType;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.train.data.ImageData;
import io.nextscale.train.recipe.PlanData;
import io.nextscale.train.recipe.Recipe;
import io.nextscale.train.recipe.RecipeFile;
import io.nextscale.train.recipe.RunPlan;
import io.nextscale.train.run.TrainingListener;
import io.nextscale.var.image.PngFile;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Trains a model of 16 pixels for a few steps: also in a JVM of its own, to be killed. */
final class SmallTraining {
  private static final String RECIPE =
      """
      {"model": %s,
       "data": {"folder": "", "crop": "centre",
                "augmentation": {"flip": 0.5, "unflipped": ["dot"], "scale": 0.1, "shift": 1}},
       "tokenizer_share": 0.5,
       "tokenizer": {"batch": 4, "passes": 2, "warm_up_steps": 5, "plain_steps": 8,
                     "restart_every": 5, "moving_average": %s, %s "keep": "best"},
       "transformer": {"batch": 4, "passes": 2, "warm_up_steps": 5, "gamma": 0.3,
                       "token_dropout": 0.1, "balance": 0.5, "copies": 3, "token_cap": 21,
                       "moving_average": 0.9, "keep": "last"}}
      """;
  private static final String VAR =
      """
      {"family": "var", "name": "small", "patch_nums": [1, 2, 4],
       "vae": {"vocab_size": 16, "z_channels": 4, "ch": 8, "ch_mult": [1, 1, 1],
               "num_res_blocks": 1, "norm_groups": 4},
       "transformer": {"num_classes": 2, "depth": 1, "embed_dim": 16, "num_heads": 2}}
      """;
  private static final String FLEXVAR =
      """
      {"family": "flexvar", "name": "small", "patch_nums": [1, 2, 4],
       "vae": {"codebook_size": 16, "codebook_embed_dim": 4, "z_channels": 8, "ch": 8,
               "encoder_ch_mult": [1, 1, 1], "decoder_ch_mult": [1, 1, 1],
               "num_res_blocks": 1, "norm_groups": 4},
       "transformer": {"num_classes": 2, "depth": 1, "embed_dim": 16, "num_heads": 2,
                       "pos_grid": 4}}
      """;
  private static final String ADVERSARY =
      """
      "adversary": {"channels": 8, "levels": 1, "groups": 2, "weight": 0.1, "from": 0.3},
      """;

  private SmallTraining() {}

  /** Arguments: the run's folder, with a plan in it. */
  public static void main(String[] arguments) {
    CpuThreads.setCount(1);
    run(Path.of(arguments[0]), Long.MAX_VALUE);
  }

  /** A VAR model has an adversary, a FlexVAR model a moving average of its tokenizer. */
  static Recipe recipe(String family) {
    boolean residual = family.equals("var");
    String json =
        RECIPE.formatted(
            residual ? VAR : FLEXVAR, residual ? "0" : "0.9", residual ? ADVERSARY : "");
    return RecipeFile.parse(family, json.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes a plan of some steps for images that {@link #images} made. */
  static Path plan(Path run, String family, Path images, long steps) throws IOException {
    Files.createDirectories(run);
    new RunPlan(
            recipe(family),
            7,
            DType.BFLOAT16,
            images,
            Optional.of(images),
            Optional.empty(),
            Optional.of(steps),
            Optional.of(steps))
        .save(run);
    return run;
  }

  /** Goes on with a run and stops it after some steps, all parts counted together. */
  static boolean run(Path run, long steps) {
    AtomicLong left = new AtomicLong(steps);
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void begun(String part, long total, int imagesPerStep) {}

          @Override
          public void progressed(long done, Map<String, Double> figures) {
            left.decrementAndGet();
          }

          @Override
          public void evaluated(long done, Map<String, Double> figures) {}
        };
    ImageData data = PlanData.open(RunPlan.load(run));
    return new ModelTraining(run, data, listener, () -> left.get() <= 0).run();
  }

  /** Two classes of dots and bars, 5 images each. */
  static Path images(Path folder) throws IOException {
    for (int i = 0; i < 10; i++) {
      BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
      Graphics2D graphics = image.createGraphics();
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, 16, 16);
      graphics.setColor(Color.getHSBColor(i / 10f, 0.8f, 0.8f));
      if (i < 5) {
        graphics.fillOval(2 + i, 3, 8, 8);
      } else {
        graphics.fillRect(i, 1, 4, 14);
      }
      graphics.dispose();
      Path file = folder.resolve(i < 5 ? "dot" : "bar").resolve(i + ".png");
      Files.createDirectories(file.resolveSibling("."));
      PngFile.write(file, image, Map.of());
    }
    return folder;
  }
}
