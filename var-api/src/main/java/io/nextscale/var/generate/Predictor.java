package io.nextscale.var.generate;

import io.nextscale.torch.Tensor;
import io.nextscale.var.scale.Scales;

/** Predicts the tokens of a scale from the classes and all earlier scales (VAR, section 3.1). */
public interface Predictor {
  /**
   * Begins a run over scales.
   *
   * @param classes one class per row of the batch, 0 to {@link #noClass()}
   * @param interruption called before each block, by every thread that computes; may throw to end
   *     the run
   * @throws IllegalArgumentException if a class does not exist, or the model has learned positions
   *     for other scales
   */
  Run begin(long[] classes, Scales scales, Runnable interruption);

  /** The class of the unconditional rows. */
  long noClass();

  /** One run over the scales, in order; closing it frees its memory. */
  interface Run extends AutoCloseable {
    /** Computes the input (B, l_1, C) of the first scale. */
    Tensor start();

    /** Computes the input (B, l_k, C) of scale k ≥ 1 from codes (B, Cvae, h_k, w_k). */
    Tensor embed(int k, Tensor codes);

    /** Computes the hidden states of scale k, float32 (B, l_k, C), from its input (B, l_k, C). */
    Tensor hidden(int k, Tensor input);

    /**
     * Computes the logits (B, l_k, V) of hidden states (B, l_k, C), or of weighted means of them.
     */
    Tensor logits(Tensor hidden);

    @Override
    void close();
  }
}
