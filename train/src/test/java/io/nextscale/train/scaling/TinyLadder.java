package io.nextscale.train.scaling;

import io.nextscale.torch.DType;
import io.nextscale.train.recipe.RecipeFile;
import io.nextscale.train.run.TrainingListener;
import io.nextscale.var.image.PngFile;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;

/** A ladder that is climbed in a second: 16 x 16 pixels, a width of 8 at d = 1. */
final class TinyLadder {
  static final int IMAGES = 40;
  static final int HELD_OUT = 12;

  static final TrainingListener SILENT =
      new TrainingListener() {
        @Override
        public void begun(String part, long total, int imagesPerStep) {}

        @Override
        public void progressed(long done, Map<String, Double> figures) {}

        @Override
        public void evaluated(long done, Map<String, Double> figures) {}
      };

  static final String MODEL =
      """
      {"family": "var", "name": "tiny", "patch_nums": [1, 2, 4],
         "vae": {"vocab_size": 16, "z_channels": 4, "ch": 4, "ch_mult": [1, 1, 1],
                 "num_res_blocks": 1, "norm_groups": 4},
         "transformer": {"num_classes": 10, "depth": 1, "embed_dim": 8, "num_heads": 1},
         "sampling_defaults": {"cfg": 0.0, "top_k": 0, "top_p": 0.95}}
      """;

  private static final String RECIPE =
      """
      {"model": %s,
       "data": {"fetch": "the script", "folder": "nowhere", "augmentation": {}},
       "tokenizer": {"batch": 4, "plain_steps": 2, "keep": "last"},
       "transformer": {"batch": 4, "rate": 0.01, "warm_up_steps": 2, "gamma": 0.1,
                       "class_dropout": 0.0, "keep": "last"}}
      """
          .formatted(MODEL);

  private TinyLadder() {}

  static ScalingPlan plan(Path data, Integer... depths) {
    return plan(data, Optional.empty(), depths);
  }

  static ScalingPlan plan(Path data, Optional<Path> model, Integer... depths) {
    return new ScalingPlan(
        RecipeFile.parse("tiny", RECIPE.getBytes(StandardCharsets.UTF_8)),
        List.of(depths),
        IMAGES,
        HELD_OUT,
        0.01,
        6,
        1,
        DType.FLOAT32,
        data,
        model);
  }

  /** IDX files of both parts: stripes whose width is told by the class, and noise. */
  static void writeData(Path folder) throws IOException {
    Files.createDirectories(folder);
    write(folder, "train", IMAGES, 1);
    write(folder, "t10k", HELD_OUT, 2);
  }

  /** Noisy images of two classes, each in a folder of its own. */
  static void writeImages(Path folder, int each) throws IOException {
    SplittableRandom random = new SplittableRandom(3);
    for (String name : new String[] {"a", "b"}) {
      Path own = Files.createDirectories(folder.resolve(name));
      for (int i = 0; i < each; i++) {
        BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
        for (int pixel = 0; pixel < 256; pixel++) {
          image.setRGB(pixel % 16, pixel / 16, random.nextInt(1 << 24));
        }
        PngFile.write(own.resolve("%03d.png".formatted(i)), image, Map.of());
      }
    }
  }

  private static void write(Path folder, String part, int count, long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    ByteBuffer images = ByteBuffer.allocate(16 + count * 256);
    images.putInt(0x803).putInt(count).putInt(16).putInt(16);
    ByteBuffer labels = ByteBuffer.allocate(8 + count);
    labels.putInt(0x801).putInt(count);
    for (int i = 0; i < count; i++) {
      int label = i % 10;
      labels.put((byte) label);
      for (int pixel = 0; pixel < 256; pixel++) {
        int stripe = pixel / (16 * (1 + label % 4)) % 2;
        images.put((byte) (stripe * 150 + random.nextInt(100)));
      }
    }
    zip(folder.resolve(part + "-images-idx3-ubyte.gz"), images.array());
    zip(folder.resolve(part + "-labels-idx1-ubyte.gz"), labels.array());
  }

  private static void zip(Path file, byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    Files.write(file, bytes.toByteArray());
  }
}
