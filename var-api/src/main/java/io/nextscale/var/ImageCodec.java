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
 * Converts images to tokens and back, image by image, so that neither results nor memory depend on
 * the batch.
 */
record ImageCodec(VqVae tokenizer) {

  /**
   * Encodes images to latents and tokens, each image as a piece of computation of the call.
   *
   * @throws IllegalArgumentException if there is no image, their sizes differ or do not fit
   */
  Tokenized tokenize(Call call, List<PixelArray> images, Scales scales) {
    Scale grid = PixelArray.commonSize(images).grid(tokenizer.config().downsampling());
    int batch = images.size();
    int each = tokenizer.config().codeWidth() * grid.tokens();
    float[] latents = new float[Math.multiplyExact(batch, each)];
    long[][] tokens = new long[batch][];
    for (int b = 0; b < batch; b++) {
      PixelArray image = images.get(b);
      int start = b * each;
      tokens[b] =
          call.compute(
              () -> {
                Tensor latent = encode(image);
                System.arraycopy(latent.toFloats(), 0, latents, start, each);
                return tokenizer.quantize(latent, scales).tokens()[0];
              });
    }
    return new Tokenized(new TokenMaps(scales, tokens), latents, grid.height(), grid.width());
  }

  /** Encodes the images of an edit to token maps of the generation's scales. */
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

  /** Repeats the border of a latent: coarse tokens may cover image and surroundings at once. */
  private static Tensor padded(Tensor latent, ImageEdit.Padding padding) {
    return padding.equals(ImageEdit.Padding.NONE)
        ? latent
        : Layers.padReplicate(
            latent, padding.left(), padding.right(), padding.top(), padding.bottom());
  }

  /**
   * Decodes the first scales of token maps.
   *
   * @param scales number of scales, 1 to K
   */
  List<PixelArray> decode(TokenMaps tokens, int scales) {
    return decode(tokenizer.decoderInput(tokens, scales));
  }

  /** Decodes (B, Cvae, h, w) to images, nominally in [-1, 1], not clamped. */
  List<PixelArray> decode(Tensor decoderInput) {
    List<PixelArray> images = new ArrayList<>();
    for (long b = 0; b < decoderInput.size(0); b++) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor image = tokenizer.decode(decoderInput.narrow(0, b, 1));
        int height = (int) image.size(2);
        int width = (int) image.size(3);
        images.add(pixels(image.to(Device.CPU).contiguous(), height, width));
      }
    }
    return images;
  }

  private static PixelArray pixels(Tensor image, int height, int width) {
    try {
      return PixelArray.fromBatch(image.segment(), 0, height, width);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(
          "the decoder computed an image that is not finite: " + e.getMessage(), e);
    }
  }

  /** Encodes an image to its latent, (1, Cvae, h, w). */
  private Tensor encode(PixelArray image) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor batch = Tensor.empty(DType.FLOAT32, Device.CPU, 1, 3, image.height(), image.width());
      image.copyInto(batch.segment(), 0);
      return scope.keep(tokenizer.encode(batch.to(tokenizer.device())));
    }
  }
}
