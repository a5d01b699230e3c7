package io.nextscale.var.generate;

import io.nextscale.var.sampling.LogitsProcessor;
import io.nextscale.var.sampling.TokenPlace;
import java.util.List;

/**
 * Forbids codes everywhere.
 *
 * @param codes below V
 */
record ExcludedCodes(List<Integer> codes) implements LogitsProcessor {
  @Override
  public void process(float[] logits, TokenPlace place) {
    for (int code : codes) {
      logits[code] = Float.NEGATIVE_INFINITY;
    }
  }
}
