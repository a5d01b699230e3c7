package io.nextscale.var.tokenizer;

import io.nextscale.torch.Tensor;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.QuantizerConfig;
import io.nextscale.var.config.TokenizerConfig;
import io.nextscale.var.scale.Scales;

/**
 * Quantizes latents to token maps, and begins the {@link ScaleStep} that turns codes into the
 * inputs of the next scale and of the decoder.
 */
public sealed interface Quantizer permits ResidualQuantizer, GroundTruthQuantizer {
  /** The codebook, shared by all scales. */
  Codebook codebook();

  /**
   * Begins a run over scales.
   *
   * @throws IllegalArgumentException if a residual quantizer has other scales
   */
  ScaleStep begin(Scales scales);

  /**
   * Quantizes a latent (B, Cvae, h, w) scale by scale.
   *
   * @throws IllegalArgumentException if a residual quantizer has other scales, or the latent is not
   *     of their size
   */
  void quantize(Tensor latent, Scales scales, Sink sink);

  /** Receives the tokens of images scale by scale. */
  interface Sink {
    /**
     * Receives one scale.
     *
     * @param k the scale
     * @param tokens int64 (B, h_k·w_k)
     * @param decoderInput the decoder's input (B, Cvae, h, w) after this scale
     */
    void accept(int k, Tensor tokens, Tensor decoderInput);
  }

  /**
   * Reads the quantizer that a configuration has.
   *
   * @param scales the scales of a residual quantizer
   */
  static Quantizer read(WeightReader reader, TokenizerConfig config, Scales scales) {
    return switch (config.quantizer()) {
      case QuantizerConfig.Residual residual ->
          ResidualQuantizer.read(reader, config, residual, scales);
      case QuantizerConfig.GroundTruth groundTruth -> GroundTruthQuantizer.read(reader, config);
      case QuantizerConfig.Single single -> GroundTruthQuantizer.read(reader, config);
    };
  }
}
