package io.nextscale.var.tokenizer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.nn.Conv2d;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;

/**
 * Images to token maps and back (VAR's {@code VQVAE}, FlexVAR's {@code VQModel}).
 *
 * @param config its numbers
 * @param quantConv on the encoder's output
 * @param postQuantConv on the decoder's input
 */
public record VqVae(
    TokenizerConfig config,
    Encoder encoder,
    Conv2d quantConv,
    Quantizer quantizer,
    Conv2d postQuantConv,
    Decoder decoder) {

  /**
   * Reads all weights; the decoder computes in the reader's element type, the rest in float32.
   *
   * @param scales those that a residual quantizer has
   */
  public static VqVae read(WeightReader reader, TokenizerConfig config, Scales scales) {
    return read(reader, DType.FLOAT32, config, scales);
  }

  /**
   * Reads all weights for a training: only what is around the quantizer is float32 in any case.
   *
   * @param encoding element type that the encoder computes in; other than float32 it makes tokens
   *     that differ from those of the official code
   */
  public static VqVae read(
      WeightReader reader, DType encoding, TokenizerConfig config, Scales scales) {
    WeightReader float32 = reader.as(DType.FLOAT32);
    WeightReader encoder = encoding == DType.FLOAT32 ? float32 : reader.as(encoding).channelsLast();
    int inner = config.latentChannels();
    int width = config.codeWidth();
    int kernel = config.quantConvKernel();
    return new VqVae(
        config,
        Encoder.read(encoder.at("encoder"), config),
        Conv2d.read(float32.at("quant_conv"), inner, width, kernel),
        Quantizer.read(float32.at("quantize"), config, scales),
        Conv2d.read(reader.at("post_quant_conv"), width, inner, kernel),
        Decoder.read(reader.channelsLast().at("decoder"), config));
  }

  /**
   * The same tokenizer with its decoder in the form that computes fastest, without gradients only;
   * weights that others take the place of are freed.
   */
  public VqVae prepared() {
    return new VqVae(config, encoder, quantConv, quantizer, postQuantConv, decoder.folded());
  }

  /** Where the weights are. */
  public Device device() {
    return quantizer.codebook().codes().device();
  }

  /**
   * The continuous latent of images.
   *
   * @param image float32 (B, 3, H, W) in [-1, 1]; H and W multiples of the downsampling d
   * @return (B, Cvae, H/d, W/d)
   */
  public Tensor encode(Tensor image) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(quantConv.forward(encoder.forward(image)));
    }
  }

  /** The token maps of a latent (B, Cvae, h, w). */
  public TokenMaps quantize(Tensor latent, Scales scales) {
    long[][] tokens = new long[(int) latent.size(0)][scales.tokens()];
    quantizer.quantize(
        latent,
        scales,
        (k, ofScale, decoderInput) -> {
          int length = scales.get(k).tokens();
          long[] drawn = ofScale.toLongs();
          for (int b = 0; b < tokens.length; b++) {
            System.arraycopy(drawn, b * length, tokens[b], scales.start(k), length);
          }
        });
    return new TokenMaps(scales, tokens);
  }

  /**
   * What the decoder makes the image of after the first scales of token maps.
   *
   * @param count how many scales, 1 to K
   * @return (B, Cvae, h, w)
   */
  public Tensor decoderInput(TokenMaps maps, int count) {
    Scales scales = maps.scales();
    if (count < 1 || count > scales.count()) {
      throw new IllegalArgumentException(
          "number of scales " + count + ": expected 1 to " + scales.count());
    }
    maps.requireVocabulary(config.vocabularySize());
    try (TensorScope scope = TensorScope.open()) {
      ScaleStep step = quantizer.begin(scales);
      for (int k = 0; k < count; k++) {
        step.accept(k, codes(maps, k));
      }
      return scope.keep(step.decoderInput());
    }
  }

  /** Code vectors of one scale of token maps: (B, Cvae, h_k, w_k). */
  public Tensor codes(TokenMaps maps, int k) {
    return codes(maps.ofScale(k), maps.batch(), maps.scales().get(k));
  }

  /** Code vectors of tokens (B, h·w) row-major: (B, Cvae, h, w). */
  public Tensor codes(long[] tokens, int batch, Scale scale) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor indices = Tensor.of(tokens, batch, scale.tokens()).to(device());
      return scope.keep(quantizer.codebook().lookUp(indices, scale.height(), scale.width()));
    }
  }

  /**
   * The images of a decoder's input.
   *
   * @param latent (B, Cvae, h, w)
   * @return float32 (B, 3, h·d, w·d), nominally in [-1, 1], not clamped
   */
  public Tensor decode(Tensor latent) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(
          decoder
              .forward(postQuantConv.forward(Conv2d.channelsLast(latent)))
              .to(DType.FLOAT32)
              .contiguous());
    }
  }
}
