package io.nextscale.var.tokenizer;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.CodebookForm;
import io.nextscale.var.config.TokenizerConfig;

/**
 * The codebook, and the search for the nearest code.
 *
 * @param codes code vectors for look-up, float32 (V, Cvae)
 * @param searched code vectors for comparison, (Cvae, V)
 * @param squaredNorms squared lengths (V) of the codes, not used with cosine similarity
 * @param form measure by which a code is nearest
 */
public record Codebook(Tensor codes, Tensor searched, Tensor squaredNorms, CodebookForm form) {
  // F.normalize's guard against division by zero
  private static final double EPSILON = 1e-12;

  static Codebook read(WeightReader reader, TokenizerConfig config) {
    CodebookForm form = config.codebook();
    Tensor stored = reader.read("embedding.weight", config.vocabularySize(), config.codeWidth());
    try (TensorScope scope = TensorScope.open()) {
      Tensor codes = form == CodebookForm.UNIT ? scope.keep(normalize(stored, 1)) : stored;
      Tensor compared = form == CodebookForm.COSINE ? normalize(codes, 1) : codes;
      return new Codebook(
          codes,
          scope.keep(compared.transpose(0, 1).contiguous()),
          scope.keep(Functional.sum(codes.mul(codes), 1, false)),
          form);
    }
  }

  /** Brings the vectors along a dimension to unit length. */
  private static Tensor normalize(Tensor vectors, int dimension) {
    Tensor norm = Functional.sqrt(Functional.sum(vectors.mul(vectors), dimension, true));
    return vectors.div(Functional.maximum(norm, Tensor.scalar(EPSILON)));
  }

  /** Finds the tokens, int64 (B, h·w), of the codes nearest to a latent (B, Cvae, h, w). */
  public Tensor nearest(Tensor latent) {
    try (TensorScope scope = TensorScope.open()) {
      long width = latent.size(1);
      Tensor rows = latent.permute(0, 2, 3, 1).reshape(-1, width);
      if (form != CodebookForm.EUCLIDEAN) {
        rows = normalize(rows, 1);
      }
      Tensor products = Functional.matmul(rows, searched);
      Tensor tokens;
      if (form == CodebookForm.COSINE) {
        tokens = Functional.argmax(products, 1);
      } else {
        // |z|² + |e|² − 2 z·e, in the official code's order of sums
        Tensor norms = Functional.sum(rows.mul(rows), 1, true).add(squaredNorms);
        tokens = Functional.argmin(norms.add(products, -2), 1);
      }
      return scope.keep(tokens.reshape(latent.size(0), -1));
    }
  }

  /** Looks up the codes (B, Cvae, h, w) of tokens, int64 (B, h·w). */
  public Tensor lookUp(Tensor tokens, long height, long width) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(asMaps(Layers.embedding(codes, tokens), height, width));
    }
  }

  /** Computes mixtures (B, Cvae, h, w) of codes with weights (B, h·w, V). */
  public Tensor mix(Tensor weights, long height, long width) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(asMaps(Functional.matmul(weights, codes), height, width));
    }
  }

  /**
   * Returns the training target of codes: the latent (B, Cvae, h, w), at unit length if they are.
   */
  public Tensor target(Tensor latent) {
    return form == CodebookForm.UNIT ? normalize(latent, 1) : latent;
  }

  /** Brings codes (B, Cvae, h, w) to unit length. */
  Tensor unit(Tensor maps) {
    return form == CodebookForm.UNIT ? maps : normalize(maps, 1);
  }

  private static Tensor asMaps(Tensor vectors, long height, long width) {
    Tensor channelsFirst = vectors.transpose(1, 2).contiguous();
    return channelsFirst.reshape(vectors.size(0), vectors.size(2), height, width);
  }
}
