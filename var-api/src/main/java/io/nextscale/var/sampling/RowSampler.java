package io.nextscale.var.sampling;

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

  private final Sampling sampling;
  private final TokenNoise noise;
  private final TokenFilter filter;
  private final TokenFilter greedy;
  private final float[] logits;
  private final float[] exponentials;
  private final Candidates candidates;

  RowSampler(Sampling sampling, TokenNoise noise, int vocabulary) {
    this.sampling = sampling;
    this.noise = noise;
    filter = new TokenFilter(sampling, vocabulary);
    greedy = new TokenFilter(sampling.withTopK(1), vocabulary);
    logits = new float[vocabulary];
    exponentials = new float[vocabulary];
    candidates = new Candidates(vocabulary);
  }

  /**
   * Draws from the row that begins at {@code offset}.
   *
   * @param largestOnly whether to take the most probable token, whatever the sampling says
   * @param image index in the batch
   * @param position of the token among all L of the image
   * @return the token, or {@link #NOT_FINITE}
   */
  int draw(float[] rows, int offset, boolean largestOnly, int image, int position) {
    System.arraycopy(rows, offset, logits, 0, logits.length);
    for (int code : sampling.excludedCodes()) {
      logits[code] = Float.NEGATIVE_INFINITY;
    }
    for (float logit : logits) {
      if (!(logit < Float.POSITIVE_INFINITY)) {
        return NOT_FINITE;
      }
    }
    if (sampling.temperature() != 1) {
      applyTemperature();
    }
    (largestOnly ? greedy : filter).keep(logits, candidates);
    if (candidates.count() == 0) {
      return NOT_FINITE;
    }
    if (sampling.smooth()) {
      candidates.mask(logits);
    }
    return noise.sample(TokenNoise.Use.TOKEN, image, position, candidates);
  }

  /** Divides the distances from the largest logit, so that none overflows at a low temperature. */
  private void applyTemperature() {
    float largest = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      largest = Math.max(largest, logit);
    }
    if (largest > Float.NEGATIVE_INFINITY) {
      for (int i = 0; i < logits.length; i++) {
        logits[i] = (float) (((double) logits[i] - largest) / sampling.temperature());
      }
    }
  }

  /**
   * Computes the Gumbel softmax of the filtered logits of the row that was drawn last.
   *
   * @param ratio k/(K−1), 0 to 1; the temperature falls with it
   * @param weights receives the weights of all codes, from {@code offset} on
   */
  void mix(double ratio, int image, int position, float[] weights, int offset) {
    double tau = Math.max(0.27 * (1 - 0.95 * ratio), 0.005);
    noise.exponentials(TokenNoise.Use.MIXTURE, image, position, exponentials);
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < logits.length; i++) {
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
