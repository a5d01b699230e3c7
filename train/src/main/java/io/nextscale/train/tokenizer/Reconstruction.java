package io.nextscale.train.tokenizer;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.train.data.Batch;
import io.nextscale.train.data.ImageCache;
import io.nextscale.var.image.ContactSheet;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.image.PngFile;
import io.nextscale.var.nn.Conv2d;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.tokenizer.VqVae;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Encodes images to tokens and decodes them again.
 *
 * @param tokenizer its current weights
 * @param scales of the tokens
 */
record Reconstruction(VqVae tokenizer, Scales scales) {
  private static final int DRAWN = 8;

  /** Images (B, 3, H, W) to their reconstructions, the same shape, not clamped. */
  Tensor of(Tensor images) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor latent = tokenizer.encode(Conv2d.channelsLast(images));
      var maps = tokenizer.quantize(latent, scales);
      return scope.keep(tokenizer.decode(tokenizer.decoderInput(maps, scales.count())));
    }
  }

  /** Draws some images, spread over the set, with their reconstructions below. */
  void draw(ImageCache cache, Path file) {
    List<BufferedImage> above = new ArrayList<>();
    List<BufferedImage> below = new ArrayList<>();
    int size = cache.size();
    for (int i = 0; i < Math.min(DRAWN, cache.count()); i++) {
      Batch batch = cache.batch((int) ((long) i * cache.count() / DRAWN), 1);
      above.add(PixelArray.of(size, size, batch.pixels()).toImage());
      try (TensorScope scope = TensorScope.open()) {
        Tensor made = of(Tensor.of(batch.pixels(), 1, 3, size, size));
        below.add(PixelArray.of(size, size, made.toFloats()).toImage());
      }
    }
    above.addAll(below);
    ContactSheet sheet = new ContactSheet().withColumns(above.size() / 2).withEnlargeTo(128);
    PngFile.write(file, sheet.render(above), Map.of());
  }
}
