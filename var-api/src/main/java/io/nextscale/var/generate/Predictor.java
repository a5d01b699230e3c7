package io.nextscale.var.generate;

import io.nextscale.torch.Tensor;
import io.nextscale.var.scale.Scales;

/** Predicts the tokens of a scale from the classes and all earlier scales. */
public interface Predictor {
  /**
   * Begins a run over scales.
   *
   * @param classes one a row of the batch, 0 to {@link #noClass()}
   * @param interruption called before each block, by every thread that computes; may throw to end
   *     the run
   * @throws IllegalArgumentException if a class does not exist, or the model is made for other
   *     scales
   */
  Run begin(long[] classes, Scales scales, Runnable interruption);

  /** The label of "no class". */
  long noClass();

  /** One run over the scales, in order. Closing frees its memory. */
  interface Run extends AutoCloseable {
    /** Input of the first scale, (B, l_1, C). */
    Tensor start();

    /** Input of scale k ≥ 1: codes (B, Cvae, h_k, w_k) to (B, l_k, C). */
    Tensor embed(int k, Tensor codes);

    /** Hidden states of scale k, before the head: input (B, l_k, C) to float32 (B, l_k, C). */
    Tensor hidden(int k, Tensor input);

    /** Logits (B, l_k, V) of hidden states (B, l_k, C), or of weighted means of them. */
    Tensor logits(Tensor hidden);

    @Override
    void close();
  }
}
