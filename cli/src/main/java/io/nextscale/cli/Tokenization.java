package io.nextscale.cli;

import io.nextscale.var.ImageGenerator;
import io.nextscale.var.Tokenized;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.scale.TokenMaps;
import java.util.List;

/**
 * Tokens and latents of pictures.
 *
 * @param tokens of all pictures
 * @param latents (B, Cvae, h, w) row-major
 */
record Tokenization(TokenMaps tokens, float[] latents) {
  /** Encodes picture by picture. */
  static Tokenization of(ImageGenerator generator, List<PixelArray> pictures, Progress progress) {
    long[][] tokens = new long[pictures.size()][];
    float[] latents = {};
    for (int b = 0; b < tokens.length; b++) {
      Tokenized one = generator.tokenize(List.of(pictures.get(b)));
      tokens[b] = one.tokens().tokens()[0];
      int each = one.latent().length;
      if (b == 0) {
        latents = new float[Math.multiplyExact(tokens.length, each)];
      }
      System.arraycopy(one.latent(), 0, latents, b * each, each);
      progress.step(b + 1, tokens.length, "tokenized " + (b + 1) + "/" + tokens.length);
    }
    progress.clear();
    return new Tokenization(new TokenMaps(generator.spec().scales(), tokens), latents);
  }

  /** Adds {@code tokens} and {@code encoded}. */
  Tensors addTo(Tensors tensors, ModelSpec spec) {
    return tensors
        .tokens(tokens)
        .add(
            "encoded",
            latents,
            tokens.batch(),
            spec.tokenizer().codeWidth(),
            spec.scales().last().height(),
            spec.scales().last().width());
  }
}
