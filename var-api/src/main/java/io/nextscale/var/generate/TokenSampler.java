package io.nextscale.var.generate;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.scale.Scales;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * Draws tokens: filter, softmax, then the token whose exponential clock rings first, {@code
 * argmax(p / E)}. That is a draw from p; and as it does not add probabilities up, rounding in the
 * logits hardly ever changes it.
 */
final class TokenSampler {
  private final Sampling sampling;
  private final TokenNoise noise;
  private final TokenFilter filter;
  private final TokenFilter greedy;
  private final float[] logits;
  private final float[] clocks;
  private final int[] candidates;
  private final float[] weights;

  TokenSampler(Sampling sampling, TokenNoise noise, int vocabulary) {
    this.sampling = sampling;
    this.noise = noise;
    filter = new TokenFilter(sampling, vocabulary);
    greedy = new TokenFilter(sampling.withTop(1, sampling.topP()), vocabulary);
    logits = new float[vocabulary];
    clocks = new float[vocabulary];
    candidates = new int[vocabulary];
    weights = new float[vocabulary];
  }

  /**
   * What was drawn at a scale.
   *
   * @param tokens int64 (B, l), row-major
   * @param mixture float32 (B, l, V) weights of the codes in the smooth mode, on the CPU
   */
  record Drawn(long[] tokens, @Nullable Tensor mixture) {}

  /**
   * Draws the tokens of scale k.
   *
   * @param guided logits (B, l, V), float32
   */
  Drawn draw(Tensor guided, Scales scales, int k) {
    int batch = (int) guided.size(0);
    int length = (int) guided.size(1);
    int vocabulary = logits.length;
    long[] tokens = new long[batch * length];
    TokenFilter rows = sampling.greedyGrids().contains(scales.get(k)) ? greedy : filter;
    Tensor mixture =
        sampling.smooth()
            ? Tensor.empty(DType.FLOAT32, Device.CPU, batch, length, vocabulary)
            : null;
    try (TensorScope scope = TensorScope.open()) {
      MemorySegment memory = guided.to(Device.CPU).contiguous().segment();
      for (int i = 0; i < tokens.length; i++) {
        int picture = i / length;
        int position = scales.start(k) + i % length;
        long offset = (long) i * vocabulary * Float.BYTES;
        MemorySegment.copy(memory, ValueLayout.JAVA_FLOAT, offset, logits, 0, vocabulary);
        tokens[i] = drawRow(rows, picture, position);
        if (mixture != null) {
          mixRow(scales, k, picture, position);
          MemorySegment.copy(
              weights, 0, mixture.segment(), ValueLayout.JAVA_FLOAT, offset, vocabulary);
        }
      }
    }
    return new Drawn(tokens, mixture);
  }

  private int drawRow(TokenFilter rows, int picture, int position) {
    for (int code : sampling.excludedCodes()) {
      logits[code] = Float.NEGATIVE_INFINITY;
    }
    if (sampling.temperature() != 1) {
      float inverse = (float) (1 / sampling.temperature());
      for (int i = 0; i < logits.length; i++) {
        logits[i] *= inverse;
      }
    }
    rows.apply(logits);
    int largest = 0;
    int count = 0;
    for (int i = 0; i < logits.length; i++) {
      if (Float.isNaN(logits[i])) {
        throw new IllegalStateException(
            "the model computed NaN at position "
                + position
                + " of picture "
                + picture
                + ": its weights are damaged or overflow in this element type");
      }
      if (logits[i] > Float.NEGATIVE_INFINITY) {
        candidates[count++] = i;
      }
      if (logits[i] > logits[largest]) {
        largest = i;
      }
    }
    return count == 1 ? largest : race(picture, position, logits[largest], count);
  }

  private int race(int picture, int position, float largest, int count) {
    noise.exponentials(TokenNoise.Use.TOKEN, picture, position, clocks, candidates, count);
    int winner = 0;
    double best = -1;
    for (int i = 0; i < count; i++) {
      int code = candidates[i];
      double score = Math.exp(logits[code] - largest) / clocks[code];
      if (score > best) {
        best = score;
        winner = code;
      }
    }
    return winner;
  }

  /** Gumbel softmax of the filtered logits; its temperature falls from scale to scale. */
  private void mixRow(Scales scales, int k, int picture, int position) {
    double ratio = scales.count() == 1 ? 0 : (double) k / (scales.count() - 1);
    double tau = Math.max(0.27 * (1 - 0.95 * ratio), 0.005);
    noise.exponentials(TokenNoise.Use.MIXTURE, picture, position, clocks);
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < logits.length; i++) {
      double gumbel = -Math.log(clocks[i]);
      weights[i] = (float) ((logits[i] * (1 + ratio) + gumbel) / tau);
      largest = Math.max(largest, weights[i]);
    }
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) Math.exp(weights[i] - largest);
      sum += weights[i];
    }
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (weights[i] / sum);
    }
  }
}
