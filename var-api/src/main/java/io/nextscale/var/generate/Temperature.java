package io.nextscale.var.generate;

import io.nextscale.var.sampling.LogitsProcessor;
import io.nextscale.var.sampling.TokenPlace;

/**
 * Divides the distances from the largest logit, so that none overflows at a low temperature.
 *
 * @param value finite and above 0; 1 changes nothing
 */
record Temperature(double value) implements LogitsProcessor {
  @Override
  public void process(float[] logits, TokenPlace place) {
    if (value == 1) {
      return;
    }
    float largest = Float.NEGATIVE_INFINITY;
    for (float logit : logits) {
      largest = Math.max(largest, logit);
    }
    if (largest > Float.NEGATIVE_INFINITY) {
      for (int i = 0; i < logits.length; i++) {
        logits[i] = (float) (((double) logits[i] - largest) / value);
      }
    }
  }
}
