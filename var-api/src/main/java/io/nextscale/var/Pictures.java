package io.nextscale.var;

import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.scale.TokenMaps;
import io.nextscale.var.tokenizer.ImageTokenizer;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Pictures to tokens and tokens to pictures. */
final class Pictures {
  private Pictures() {}

  /** Latent and tokens, picture by picture. */
  static Tokenized tokenize(LoadedModel model, List<PixelArray> pictures) {
    requireSize(model.spec(), pictures);
    ImageTokenizer tokenizer = model.tokenizer();
    int batch = pictures.size();
    int height = tokenizer.scales().last().height();
    int width = tokenizer.scales().last().width();
    int each = model.spec().tokenizer().codeWidth() * height * width;
    float[] latents = new float[batch * each];
    long[][] tokens = new long[batch][];
    for (int b = 0; b < batch; b++) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor latent = tokenizer.encode(tensor(model, pictures.get(b)));
        System.arraycopy(latent.toFloats(), 0, latents, b * each, each);
        tokens[b] = tokenizer.quantize(latent).tokens()[0];
      }
    }
    return new Tokenized(new TokenMaps(tokenizer.scales(), tokens), latents, height, width);
  }

  static List<PixelArray> decode(LoadedModel model, TokenMaps tokens, int scales) {
    ImageTokenizer tokenizer = model.tokenizer();
    return Decoding.decode(tokenizer, tokenizer.fHat(tokens, scales));
  }

  static void requireSize(ModelSpec spec, List<PixelArray> pictures) {
    if (pictures.isEmpty()) {
      throw new IllegalArgumentException("no picture was given");
    }
    for (PixelArray picture : pictures) {
      if (picture.height() != spec.imageHeight() || picture.width() != spec.imageWidth()) {
        throw new IllegalArgumentException(
            "a picture is "
                + picture.width()
                + "x"
                + picture.height()
                + " pixels: "
                + spec.name()
                + " takes "
                + spec.imageWidth()
                + "x"
                + spec.imageHeight());
      }
    }
  }

  private static Tensor tensor(LoadedModel model, PixelArray picture) {
    Tensor image =
        Tensor.empty(
            io.nextscale.torch.DType.FLOAT32, Device.CPU, 1, 3, picture.height(), picture.width());
    MemorySegment memory = image.segment();
    picture.copyInto(memory, 0);
    return image.to(model.transformer().classEmbedding().device());
  }
}
