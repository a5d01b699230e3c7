package io.nextscale.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.DType;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.train.ModelTraining;
import io.nextscale.train.recipe.PlanData;
import io.nextscale.train.recipe.RecipeFile;
import io.nextscale.train.recipe.RunPlan;
import io.nextscale.train.run.TrainingListener;
import io.nextscale.var.image.PngFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** A training of a few steps on noise of 16 pixels. */
public final class TrainingRun {
  private static final String RECIPE =
      """
      {"model": %s,
       "data": {"folder": "", "crop": "random", "augmentation": {"flip": 0.5, "shift": 1}},
       "tokenizer": {"batch": 2}, "transformer": {"batch": 2, "copies": 2, "token_cap": 21}}
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

  private TrainingRun() {}

  /** Two classes of five images each, and a file that is no image. */
  public static Path images(Path folder) throws IOException {
    for (int i = 0; i < 10; i++) {
      Random random = new Random(i);
      BufferedImage image = new BufferedImage(20, 18, BufferedImage.TYPE_INT_RGB);
      for (int p = 0; p < 360; p++) {
        image.setRGB(p % 20, p / 20, random.nextInt(1 << 24));
      }
      Path file = folder.resolve(i % 2 == 0 ? "a" : "b").resolve(i + ".png");
      Files.createDirectories(file.getParent());
      PngFile.write(file, image, Map.of());
    }
    Files.write(folder.resolve("a/3.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G', 1, 2, 3});
    return folder;
  }

  /** Writes the plan of two steps for each part. */
  public static Path plan(Path run, Path images) throws IOException {
    Files.createDirectories(run);
    String json = RECIPE.formatted(FLEXVAR);
    new RunPlan(
            RecipeFile.parse("recipe", json.getBytes(StandardCharsets.UTF_8)),
            7,
            DType.FLOAT32,
            images,
            Optional.of(images),
            Optional.empty(),
            Optional.of(2L),
            Optional.of(2L))
        .save(run);
    return run;
  }

  /** Does all of a run that is left to do. */
  public static void train(Path run) {
    CpuThreads.setCount(1);
    TrainingListener silent =
        new TrainingListener() {
          @Override
          public void begun(String part, long total, int imagesPerStep) {}

          @Override
          public void progressed(long done, Map<String, Double> figures) {}

          @Override
          public void evaluated(long done, Map<String, Double> figures) {}
        };
    assertThat(new ModelTraining(run, PlanData.open(RunPlan.load(run)), silent, () -> false).run())
        .isTrue();
  }

  /** Brings a run to where its tokenizer is trained. */
  public static void copyTokenizer(Path from, Path to) throws IOException {
    Files.createDirectories(ModelTraining.model(to));
    for (String file : new String[] {"config.json", "vae.safetensors"}) {
      Files.copy(ModelTraining.model(from).resolve(file), ModelTraining.model(to).resolve(file));
    }
  }
}
