package io.nextscale.var.tokenizer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.check.Check;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.TokenizerConfig;
import io.nextscale.var.nn.Conv2d;
import io.nextscale.var.nn.Stage;
import io.nextscale.var.nn.Stages;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The image tokenizer: turns images into token maps and back (VAR's {@code VQVAE}, FlexVAR's {@code
 * VQModel}).
 *
 * @param encoder maps (B, 3, H, W) in [-1, 1] to (B, z, H/d, W/d), with z latent channels and the
 *     downsampling d
 * @param quantConv maps the encoder's output from z to Cvae channels
 * @param postQuantConv maps the decoder's input from Cvae to z channels
 * @param decoder maps (B, z, h, w) to (B, 3, h·d, w·d), nominally in [-1, 1]
 */
public record VqVae(
    TokenizerConfig config,
    Stages encoder,
    Conv2d quantConv,
    Quantizer quantizer,
    Conv2d postQuantConv,
    Stages decoder) {

  /**
   * Reads all weights; the decoder computes in the reader's element type, the rest in float32.
   *
   * @param scales the scales of a residual quantizer
   */
  public static VqVae read(WeightReader reader, TokenizerConfig config, Scales scales) {
    return read(reader, DType.FLOAT32, config, scales);
  }

  /**
   * Reads all weights for a training. The decoder computes in the reader's element type, the
   * quantizer and the convolution before it in float32.
   *
   * @param encoding element type of the encoder; if it is not float32, tokens differ from those of
   *     the official code
   * @param scales the scales of a residual quantizer
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
   * Replaces stages of encoder and decoder, nested ones included.
   *
   * @param replacement returns the replacement of a stage, often the stage itself
   */
  public VqVae map(UnaryOperator<Stage> replacement) {
    return new VqVae(
        config,
        encoder.map(replacement),
        quantConv,
        quantizer,
        postQuantConv,
        decoder.map(replacement));
  }

  /** Device of the weights. */
  public Device device() {
    return quantizer.codebook().codes().device();
  }

  /**
   * Computes the continuous latent of images.
   *
   * @param image float32 (B, 3, H, W) in [-1, 1]; H and W multiples of the downsampling d
   * @return (B, Cvae, H/d, W/d)
   */
  public Tensor encode(Tensor image) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(quantConv.forward(encoder.forward(image)));
    }
  }

  /**
   * Computes the token maps of a latent.
   *
   * @param latent (B, Cvae, h, w)
   * @throws IllegalArgumentException if a residual quantizer has other scales, or the latent is not
   *     of their size
   */
  public TokenMaps quantize(Tensor latent, Scales scales) {
    List<long[]> ofScales = new ArrayList<>();
    quantizer.quantize(latent, scales, (k, tokens, decoderInput) -> ofScales.add(tokens.toLongs()));
    return TokenMaps.join(scales, (int) latent.size(0), ofScales);
  }

  /**
   * Computes the decoder's input after the first scales of token maps.
   *
   * @param count number of scales, 1 to K
   * @return (B, Cvae, h, w)
   * @throws IllegalArgumentException if count is out of range, a token is not in the codebook, or a
   *     residual quantizer has other scales
   */
  public Tensor decoderInput(TokenMaps maps, int count) {
    Scales scales = maps.scales();
    Check.range("number of scales", count, 1, scales.count());
    maps.requireVocabulary(config.vocabularySize());
    try (TensorScope scope = TensorScope.open()) {
      ScaleStep step = quantizer.begin(scales);
      for (int k = 0; k < count; k++) {
        step.accept(k, codes(maps, k));
      }
      return scope.keep(step.decoderInput());
    }
  }

  /** Looks up the codes (B, Cvae, h_k, w_k) of one scale of token maps. */
  public Tensor codes(TokenMaps maps, int k) {
    return codes(maps.ofScale(k), maps.batch(), maps.scales().get(k));
  }

  /** Looks up the codes (B, Cvae, h, w) of tokens (B, h·w), row-major. */
  public Tensor codes(long[] tokens, int batch, Scale scale) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor indices = Tensor.of(tokens, batch, scale.tokens()).to(device());
      return scope.keep(quantizer.codebook().lookUp(indices, scale.height(), scale.width()));
    }
  }

  /**
   * Decodes images.
   *
   * @param latent the decoder's input (B, Cvae, h, w)
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
