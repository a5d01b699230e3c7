package io.nextscale.cli.output;

import io.nextscale.var.Tokenized;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Tokens and latents of images.
 *
 * @param tokens of all images
 * @param latents (B, Cvae, h, w) row-major; empty if only the tokens are known
 * @param height h of the latents
 * @param width w of the latents
 */
public record Tokenization(TokenMaps tokens, float[] latents, int height, int width) {
  /** Holds tokens without latents. */
  public static Tokenization of(TokenMaps tokens) {
    return new Tokenization(tokens, new float[0], 0, 0);
  }

  /**
   * Tokenizes images one by one.
   *
   * @param images at least one, all of one size
   */
  public static Tokenization of(
      BiFunction<List<PixelArray>, Scales, Tokenized> tokenizer,
      List<PixelArray> images,
      Scales scales,
      Progress progress) {
    int count = images.size();
    Tokenized one = tokenizer.apply(List.of(images.getFirst()), scales);
    int each = one.latent().length;
    float[] latents = new float[Math.multiplyExact(count, each)];
    long[][] tokens = new long[count][];
    for (int b = 0; b < count; b++) {
      if (b > 0) {
        one = tokenizer.apply(List.of(images.get(b)), scales);
      }
      tokens[b] = one.tokens().tokens()[0];
      System.arraycopy(one.latent(), 0, latents, b * each, each);
      progress.step(b + 1, count, "tokenized image %s/%s".formatted(b + 1, count));
    }
    progress.clear();
    return new Tokenization(new TokenMaps(scales, tokens), latents, one.height(), one.width());
  }

  /** Adds {@code tokens}, and {@code encoded} if the latents are known. */
  public TensorFile addTo(TensorFile file) {
    file.addTokens("tokens", tokens);
    if (latents.length > 0) {
      int channels = latents.length / (tokens.batch() * height * width);
      file.add("encoded", latents, tokens.batch(), channels, height, width);
    }
    return file;
  }
}
