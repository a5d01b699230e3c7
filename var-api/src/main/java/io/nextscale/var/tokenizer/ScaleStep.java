package io.nextscale.var.tokenizer;

import io.nextscale.torch.Tensor;

/**
 * The seam between the model families: what the tokens of a scale mean for the next scale's input
 * and for the decoder. One instance follows one run over the scales; its tensors belong to the
 * scope that is open at each call.
 */
public interface ScaleStep {
  /** Takes the code vectors (B, Cvae, h_k, w_k) of scale k, in order from scale 0. */
  void accept(int k, Tensor codes);

  /** The input of scale k ≥ 1, of the scales before it: (B, Cvae, h_k, w_k), not embedded yet. */
  Tensor input(int k);

  /** What the decoder makes an image of, after the scales so far: (B, Cvae, h, w). */
  Tensor decoderInput();
}
