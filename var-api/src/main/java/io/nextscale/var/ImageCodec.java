package io.nextscale.var;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.edit.ImageEdit;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import io.nextscale.var.tokenizer.VqVae;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns images into tokens and tokens into images, image by image, so that results and memory do
 * not depend on the batch.
 */
record ImageCodec(VqVae tokenizer) {

  /** Latents and tokens of images of one size. */
  Tokenized tokenize(List<PixelArray> images, Scales scales) {
    Scale grid = PixelArray.commonSize(images).grid(tokenizer.config().downsampling());
    int batch = images.size();
    int each = tokenizer.config().codeWidth() * grid.tokens();
    float[] latents = new float[Math.multiplyExact(batch, each)];
    long[][] tokens = new long[batch][];
    for (int b = 0; b < batch; b++) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor latent = encode(images.get(b));
        System.arraycopy(latent.toFloats(), 0, latents, b * each, each);
        tokens[b] = tokenizer.quantize(latent, scales).tokens()[0];
      }
    }
    return new Tokenized(new TokenMaps(scales, tokens), latents, grid.height(), grid.width());
  }

  /** The tokens that an edit forces, of each of its images. */
  TokenMaps encode(ImageEdit edit, Scales scales) {
    List<PixelArray> images = edit.images();
    long[][] tokens = new long[images.size()][];
    for (int b = 0; b < tokens.length; b++) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor latent = encode(images.get(b));
        Scale grid = new Scale((int) latent.size(2), (int) latent.size(3));
        Tensor placed = padded(latent, edit.padding(grid, scales.last()));
        tokens[b] = tokenizer.quantize(placed, scales).tokens()[0];
      }
    }
    return new TokenMaps(scales, tokens);
  }

  /**
   * Repeats the border, for coarse tokens that cover a bit of the image and of its surroundings.
   */
  private static Tensor padded(Tensor latent, ImageEdit.Padding padding) {
    return padding.equals(ImageEdit.Padding.NONE)
        ? latent
        : Layers.padReplicate(
            latent, padding.left(), padding.right(), padding.top(), padding.bottom());
  }

  /** The images of the first scales of token maps. */
  List<PixelArray> decode(TokenMaps tokens, int scales) {
    return decode(tokenizer.decoderInput(tokens, scales));
  }

  /** The images of (B, Cvae, h, w), as the decoder leaves them: not clamped. */
  List<PixelArray> decode(Tensor decoderInput) {
    List<PixelArray> images = new ArrayList<>();
    for (long b = 0; b < decoderInput.size(0); b++) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor image = tokenizer.decode(decoderInput.narrow(0, b, 1));
        int height = (int) image.size(2);
        int width = (int) image.size(3);
        images.add(
            PixelArray.fromBatch(image.to(Device.CPU).contiguous().segment(), 0, height, width));
      }
    }
    return images;
  }

  /** The latent (1, Cvae, h, w) of an image. */
  private Tensor encode(PixelArray image) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor batch = Tensor.empty(DType.FLOAT32, Device.CPU, 1, 3, image.height(), image.width());
      image.copyInto(batch.segment(), 0);
      return scope.keep(tokenizer.encode(batch.to(tokenizer.device())));
    }
  }
}
