package io.nextscale.var.generate;

import io.nextscale.var.check.Check;
import io.nextscale.var.sampling.LogitsProcessor;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.sampling.TokenNoise;
import io.nextscale.var.sampling.TokenPlace;
import org.jspecify.annotations.Nullable;

/**
 * Draws the token of a row of logits: filter, softmax, then {@code argmax(p / E)} with exponential
 * noise E, which is a draw from p. As no probabilities are added up, rounding in the logits hardly
 * ever changes the token.
 *
 * <p>Holds work space for one row; for use by one thread at a time.
 */
final class RowSampler {
  /** Result of {@link #draw} where a logit is NaN or +∞, or all are −∞. */
  static final int NOT_FINITE = -1;

  /** Result of {@link #draw} where the request's own processor made the logits so. */
  static final int MADE_NOT_FINITE = -2;

  private final Sampling sampling;
  private final TokenNoise noise;
  private final LogitsProcessor excluded;
  private final @Nullable LogitsProcessor own;
  private final LogitsProcessor temperature;
  private final TokenFilter filter;
  private final TokenFilter greedy;
  private final float[] logits;
  private final float[] exponentials;
  private final CandidateRow candidates;

  RowSampler(Drawing drawing, int vocabulary) {
    sampling = drawing.sampling();
    own = drawing.processor();
    noise = drawing.noise();
    excluded = new ExcludedCodes(sampling.excludedCodes());
    temperature = new Temperature(sampling.temperature());
    filter = new TokenFilter(sampling, vocabulary);
    greedy = new TokenFilter(sampling.withTopK(1), vocabulary);
    logits = new float[vocabulary];
    exponentials = new float[vocabulary];
    candidates = new CandidateRow(vocabulary);
  }

  /**
   * Draws from the row that begins at {@code offset}.
   *
   * @param largestOnly whether to take the most probable token, whatever the sampling says
   * @return the token, {@link #NOT_FINITE} or {@link #MADE_NOT_FINITE}
   * @throws IllegalArgumentException if the noise is no finite number above 0, or draws no
   *     candidate
   */
  int draw(float[] rows, int offset, boolean largestOnly, TokenPlace place) {
    System.arraycopy(rows, offset, logits, 0, logits.length);
    excluded.process(logits, place);
    if (!hasNoNaN()) {
      return NOT_FINITE;
    }
    if (own != null) {
      own.process(logits, place);
      if (!hasNoNaN()) {
        return MADE_NOT_FINITE;
      }
    }
    temperature.process(logits, place);
    (largestOnly ? greedy : filter).keep(logits, candidates);
    if (candidates.count == 0) {
      return own == null ? NOT_FINITE : MADE_NOT_FINITE;
    }
    if (sampling.smooth()) {
      candidates.mask(logits);
    }
    int token =
        noise.sample(TokenNoise.Use.TOKEN, place.image(), place.position(), candidates.view());
    if (token < 0 || token >= logits.length) {
      throw new IllegalArgumentException(
          "the noise drew code %s at position %s of image %s: expected one of the candidates"
              .formatted(token, place.position(), place.image()));
    }
    return token;
  }

  /** Whether no logit is NaN or +∞. */
  private boolean hasNoNaN() {
    for (float logit : logits) {
      if (!(logit < Float.POSITIVE_INFINITY)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Computes the Gumbel softmax of the filtered logits of the row that was drawn last.
   *
   * @param ratio k/(K−1), 0 to 1; the temperature falls with it
   * @param weights receives the weights of all codes, from {@code offset} on
   * @throws IllegalArgumentException if the noise is no finite number above 0
   */
  void mix(double ratio, TokenPlace place, float[] weights, int offset) {
    double tau = Math.max(0.27 * (1 - 0.95 * ratio), 0.005);
    noise.exponentials(TokenNoise.Use.MIXTURE, place.image(), place.position(), exponentials);
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < logits.length; i++) {
      Check.noise(exponentials[i], i, place.position(), place.image());
      double gumbel = -Math.log(exponentials[i]);
      float score = (float) ((logits[i] * (1 + ratio) + gumbel) / tau);
      weights[offset + i] = score;
      largest = Math.max(largest, score);
    }
    double sum = 0;
    for (int i = offset; i < offset + logits.length; i++) {
      weights[i] = (float) Math.exp(weights[i] - largest);
      sum += weights[i];
    }
    for (int i = offset; i < offset + logits.length; i++) {
      weights[i] = (float) (weights[i] / sum);
    }
  }
}
