package io.nextscale.bench;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.sampling.Candidates;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.sampling.TokenFilter;
import io.nextscale.var.sampling.TokenNoise;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Draws one token for each image, with the work of the next-scale loop's sampler, which cannot be
 * called from here: the same filter, then the token whose exponential clock rings first.
 */
final class RasterSampler {
  private final TokenFilter filter;
  private final TokenNoise noise;
  private final float[] logits;
  private final Candidates candidates;

  RasterSampler(Sampling sampling, TokenNoise noise, int vocabulary) {
    if (sampling.temperature() != 1 || sampling.smooth() || !sampling.excludedCodes().isEmpty()) {
      throw new IllegalArgumentException(sampling + ": only top-k and top-p are done here");
    }
    filter = new TokenFilter(sampling, vocabulary);
    this.noise = noise;
    logits = new float[vocabulary];
    candidates = new Candidates(vocabulary);
  }

  /**
   * Draws.
   *
   * @param guided logits (B, 1, V), float32, on the CPU
   * @return one token for each image
   */
  long[] draw(Tensor guided, int position) {
    try (TensorScope scope = TensorScope.open()) {
      MemorySegment memory = guided.contiguous().segment();
      long[] tokens = new long[(int) guided.size(0)];
      for (int i = 0; i < tokens.length; i++) {
        long offset = (long) i * logits.length * Float.BYTES;
        MemorySegment.copy(memory, ValueLayout.JAVA_FLOAT, offset, logits, 0, logits.length);
        filter.keep(logits, candidates);
        tokens[i] = noise.sample(TokenNoise.Use.TOKEN, i, position, candidates);
      }
      return tokens;
    }
  }
}
