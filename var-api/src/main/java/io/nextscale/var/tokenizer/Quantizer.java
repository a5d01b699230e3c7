package io.nextscale.var.tokenizer;

import io.nextscale.torch.Tensor;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.QuantizerConfig;
import io.nextscale.var.config.TokenizerConfig;
import io.nextscale.var.scale.Scales;

/** Latents to tokens at several scales, and tokens to what the next scale and the decoder see. */
public sealed interface Quantizer permits ResidualQuantizer, GroundTruthQuantizer {
  /** Shared by all scales. */
  Codebook codebook();

  /**
   * Begins a run over scales.
   *
   * @throws IllegalArgumentException if this quantizer is made for other scales
   */
  ScaleStep begin(Scales scales);

  /**
   * Quantizes a latent (B, Cvae, h, w) scale by scale.
   *
   * @throws IllegalArgumentException if this quantizer is made for other scales
   */
  void quantize(Tensor latent, Scales scales, Sink sink);

  /** Receives an image's tokens scale by scale. */
  interface Sink {
    /**
     * @param k the scale
     * @param tokens int64 (B, h_k·w_k)
     * @param decoderInput what the decoder makes the image of after this scale, (B, Cvae, h, w)
     */
    void accept(int k, Tensor tokens, Tensor decoderInput);
  }

  /** Reads the quantizer of a configuration; {@code scales} are those that a residual one has. */
  static Quantizer read(WeightReader reader, TokenizerConfig config, Scales scales) {
    return switch (config.quantizer()) {
      case QuantizerConfig.Residual residual ->
          ResidualQuantizer.read(reader, config, residual, scales);
      case QuantizerConfig.GroundTruth groundTruth -> GroundTruthQuantizer.read(reader, config);
    };
  }
}
