package io.nextscale.var;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import io.nextscale.var.tokenizer.VqVae;
import java.util.List;

/** Images to tokens and tokens to images. */
final class Images {
  private Images() {}

  /** Latent and tokens, image by image. */
  static Tokenized tokenize(VqVae tokenizer, List<PixelArray> images, Scales scales) {
    Scale grid = ImageSizes.common(images).grid(tokenizer.config().downsampling());
    int batch = images.size();
    int each = tokenizer.config().codeWidth() * grid.tokens();
    float[] latents = new float[Math.multiplyExact(batch, each)];
    long[][] tokens = new long[batch][];
    for (int b = 0; b < batch; b++) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor latent = encode(tokenizer, images.get(b));
        System.arraycopy(latent.toFloats(), 0, latents, b * each, each);
        tokens[b] = tokenizer.quantize(latent, scales).tokens()[0];
      }
    }
    return new Tokenized(new TokenMaps(scales, tokens), latents, grid.height(), grid.width());
  }

  /** The tokens that a task forces, of each of its images. */
  static TokenMaps given(VqVae tokenizer, ImageEdit task, Scales scales) {
    List<PixelArray> images = task.images();
    long[][] tokens = new long[images.size()][];
    for (int b = 0; b < tokens.length; b++) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor latent = placed(task, encode(tokenizer, images.get(b)), scales.last());
        tokens[b] = tokenizer.quantize(latent, scales).tokens()[0];
      }
    }
    return new TokenMaps(scales, tokens);
  }

  /**
   * The latent of an image at its place in a larger one. Around it lies its border repeated: that
   * is what coarse tokens see that cover a bit of both.
   */
  private static Tensor placed(ImageEdit task, Tensor latent, Scale last) {
    if (!(task instanceof Expansion expansion)) {
      return latent;
    }
    Scale grid = new Scale((int) latent.size(2), (int) latent.size(3));
    int top = expansion.top(grid, last);
    int left = expansion.left(grid, last);
    return Functional.padReplicate(
        latent, left, last.width() - grid.width() - left, top, last.height() - grid.height() - top);
  }

  static List<PixelArray> decode(VqVae tokenizer, TokenMaps tokens, int scales) {
    return Decoding.decode(tokenizer, tokenizer.decoderInput(tokens, scales));
  }

  private static Tensor encode(VqVae tokenizer, PixelArray image) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor batch = Tensor.empty(DType.FLOAT32, Device.CPU, 1, 3, image.height(), image.width());
      image.copyInto(batch.segment(), 0);
      return scope.keep(tokenizer.encode(batch.to(tokenizer.device())));
    }
  }
}
