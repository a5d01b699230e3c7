package io.nextscale.var.tokenizer;

import io.nextscale.torch.Tensor;

/**
 * Turns codes into the next scale's input and the decoder's input ({@code
 * get_next_autoregressive_input} in {@code models/quant.py}): the seam between the model families.
 * One instance follows one run over the scales; its tensors belong to the scope that is open at
 * each call.
 */
public interface ScaleStep {
  /** Accepts the codes (B, Cvae, h_k, w_k) of scale k, in order from scale 0. */
  void accept(int k, Tensor codes);

  /** Returns the input (B, Cvae, h_k, w_k) of scale k ≥ 1 before its embedding. */
  Tensor input(int k);

  /** Returns the decoder's input (B, Cvae, h, w) after the scales so far. */
  Tensor decoderInput();
}
