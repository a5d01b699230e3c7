package io.nextscale.var.tokenizer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.nn.Conv2d;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;

/**
 * Pictures to token maps and back (VAR's {@code VQVAE}).
 *
 * @param config its numbers
 * @param quantConv on the encoder's output
 * @param postQuantConv on the decoder's input
 */
public record ImageTokenizer(
    TokenizerConfig config,
    Encoder encoder,
    Conv2d quantConv,
    ResidualQuantizer quantizer,
    Conv2d postQuantConv,
    Decoder decoder) {

  /** Reads all weights; the decoder computes in the reader's element type, the rest in float32. */
  public static ImageTokenizer read(WeightReader reader, TokenizerConfig config, Scales scales) {
    WeightReader exact = reader.as(DType.FLOAT32);
    int width = config.codeWidth();
    int kernel = config.quantConvKernel();
    return new ImageTokenizer(
        config,
        Encoder.read(exact.at("encoder"), config),
        Conv2d.read(exact.at("quant_conv"), width, width, kernel),
        ResidualQuantizer.read(exact.at("quantize"), config, scales),
        Conv2d.read(reader.at("post_quant_conv"), width, width, kernel),
        Decoder.read(reader.at("decoder"), config));
  }

  /** The scales of the token maps. */
  public Scales scales() {
    return quantizer.scales();
  }

  /** Begins a run over the scales. */
  public ScaleStep begin() {
    return new ResidualStep(quantizer);
  }

  /**
   * The continuous latent of pictures.
   *
   * @param image float32 (B, 3, H, W) in [-1, 1] of the size of the last scale times the
   *     downsampling
   * @return (B, Cvae, h_K, w_K)
   */
  public Tensor encode(Tensor image) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(quantConv.forward(encoder.forward(image)));
    }
  }

  /** The token maps of a latent (B, Cvae, h_K, w_K). */
  public TokenMaps quantize(Tensor latent) {
    Scales scales = scales();
    long[][] tokens = new long[(int) latent.size(0)][scales.tokens()];
    quantizer.quantize(
        latent,
        (k, ofScale, fHat) -> {
          int length = scales.get(k).tokens();
          long[] drawn = ofScale.toLongs();
          for (int b = 0; b < tokens.length; b++) {
            System.arraycopy(drawn, b * length, tokens[b], scales.start(k), length);
          }
        });
    return new TokenMaps(scales, tokens);
  }

  /**
   * f̂ of token maps after their first scales.
   *
   * @param count how many scales to add up, 1 to K
   * @return (B, Cvae, h_K, w_K)
   */
  public Tensor fHat(TokenMaps maps, int count) {
    if (!maps.scales().equals(scales())) {
      throw new IllegalArgumentException(
          "token maps of scales " + maps.scales() + " for a tokenizer of scales " + scales());
    }
    if (count < 1 || count > scales().count()) {
      throw new IllegalArgumentException(
          "number of scales " + count + ": expected 1 to " + scales().count());
    }
    maps.requireVocabulary(config.vocabularySize());
    try (TensorScope scope = TensorScope.open()) {
      ScaleStep step = begin();
      for (int k = 0; k < count; k++) {
        step.accept(k, codes(maps, k));
      }
      return scope.keep(step.decoderInput());
    }
  }

  /** Code vectors of one scale of token maps: (B, Cvae, h_k, w_k). */
  public Tensor codes(TokenMaps maps, int k) {
    try (TensorScope scope = TensorScope.open()) {
      int height = scales().get(k).height();
      int width = scales().get(k).width();
      Tensor codes = quantizer.codebook().codes();
      Tensor tokens =
          Tensor.of(maps.ofScale(k), maps.batch(), (long) height * width).to(codes.device());
      return scope.keep(quantizer.codebook().lookUp(tokens, height, width));
    }
  }

  /**
   * The pictures of a latent.
   *
   * @param fHat (B, Cvae, h, w)
   * @return float32 (B, 3, h·d, w·d), nominally in [-1, 1], not clamped
   */
  public Tensor decode(Tensor fHat) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(decoder.forward(postQuantConv.forward(fHat)).to(DType.FLOAT32));
    }
  }
}
