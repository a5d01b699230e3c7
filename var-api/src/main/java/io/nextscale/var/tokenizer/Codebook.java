package io.nextscale.var.tokenizer;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;

/**
 * The code vectors and what "nearest" means among them.
 *
 * @param codes (V, Cvae), float32
 * @param searched (Cvae, V): the codes as they are compared
 * @param squaredNorms (V) of the codes; unused by cosine
 * @param cosine nearest by cosine instead of squared distance
 */
public record Codebook(Tensor codes, Tensor searched, Tensor squaredNorms, boolean cosine) {
  // F.normalize's guard against division by zero
  private static final double EPSILON = 1e-12;

  static Codebook read(WeightReader reader, TokenizerConfig config) {
    Tensor codes = reader.read("embedding.weight", config.vocabularySize(), config.codeWidth());
    try (TensorScope scope = TensorScope.open()) {
      Tensor compared = config.cosineCodebook() ? normalize(codes) : codes;
      return new Codebook(
          codes,
          scope.keep(compared.transpose(0, 1).contiguous()),
          scope.keep(Functional.sum(codes.mul(codes), 1, false)),
          config.cosineCodebook());
    }
  }

  private static Tensor normalize(Tensor rows) {
    Tensor norm = Functional.sqrt(Functional.sum(rows.mul(rows), 1, true));
    return rows.div(Functional.maximum(norm, Tensor.scalar(EPSILON)));
  }

  /** Tokens of the nearest codes: (B, Cvae, h, w) to int64 (B, h·w). */
  public Tensor nearest(Tensor latent) {
    try (TensorScope scope = TensorScope.open()) {
      long width = latent.size(1);
      Tensor rows = latent.permute(0, 2, 3, 1).reshape(-1, width);
      Tensor tokens;
      if (cosine) {
        tokens = Functional.argmax(Functional.matmul(normalize(rows), searched), 1);
      } else {
        // |z|² + |e|² − 2 z·e, in this order of sums as the official code has it
        Tensor norms = Functional.sum(rows.mul(rows), 1, true).add(squaredNorms);
        Tensor distance = norms.addScaled(Functional.matmul(rows, searched), -2);
        tokens = Functional.argmin(distance, 1);
      }
      return scope.keep(tokens.reshape(latent.size(0), -1));
    }
  }

  /** Code vectors of tokens: int64 (B, h·w) to (B, Cvae, h, w). */
  public Tensor lookUp(Tensor tokens, long height, long width) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(asMaps(Functional.embedding(codes, tokens), height, width));
    }
  }

  /** Weighted sums of code vectors: (B, h·w, V) to (B, Cvae, h, w). */
  public Tensor mix(Tensor weights, long height, long width) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(asMaps(Functional.matmul(weights, codes), height, width));
    }
  }

  private static Tensor asMaps(Tensor vectors, long height, long width) {
    Tensor channelsFirst = vectors.transpose(1, 2).contiguous();
    return channelsFirst.reshape(vectors.size(0), vectors.size(2), height, width);
  }
}
