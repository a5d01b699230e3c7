package io.nextscale.cli;

import io.nextscale.var.image.PngFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A recipe of a model that trains in seconds, and images for it. */
final class SmallRecipe {
  static final String TEXT =
      """
      {"model": {"family": "var", "name": "small", "patch_nums": [1, 2, 4],
         "vae": {"vocab_size": 16, "z_channels": 4, "ch": 8, "ch_mult": [1, 1, 1],
                 "num_res_blocks": 1, "norm_groups": 4},
         "transformer": {"num_classes": 1, "depth": 1, "embed_dim": 16, "num_heads": 2}},
       "data": {"fetch": "bin/fetch-small", "folder": "nowhere", "augmentation": {}},
       "tokenizer": {"batch": 4, "plain_steps": 4}, "transformer": {"batch": 4}}
      """;

  private SmallRecipe() {}

  /** Draws 40 images of two classes, of which two are held out; other classes than the recipe's. */
  static Path images(Path folder) throws IOException {
    for (String name : List.of("dark", "light")) {
      for (int i = 0; i < 20; i++) {
        BufferedImage image = new BufferedImage(20, 16, BufferedImage.TYPE_INT_RGB);
        int level = name.equals("dark") ? 3 * i : 255 - 3 * i;
        for (int pixel = 0; pixel < 320; pixel++) {
          image.setRGB(pixel % 20, pixel / 20, level << 16 | pixel * i % 256);
        }
        Path file = folder.resolve("images").resolve(name).resolve(i + ".png");
        Files.createDirectories(file.resolveSibling("."));
        PngFile.write(file, image, Map.of());
      }
    }
    return folder.resolve("images");
  }
}
