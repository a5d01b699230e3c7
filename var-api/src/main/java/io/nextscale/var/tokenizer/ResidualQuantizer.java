package io.nextscale.var.tokenizer;

import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.QuantizerConfig;
import io.nextscale.var.config.TokenizerConfig;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;

/**
 * VAR's multi-scale residual quantizer: each scale encodes the rest that coarser scales left
 * ({@code VectorQuantizer2} in {@code models/quant.py}; algorithms 1 and 2 of the paper).
 *
 * @param codebook shared by all scales
 * @param phi convolutions after the up-sampling
 * @param scales grids of the token maps; the last has the latent's size
 */
public record ResidualQuantizer(Codebook codebook, PhiChoice phi, Scales scales)
    implements Quantizer {

  static ResidualQuantizer read(
      WeightReader reader,
      TokenizerConfig config,
      QuantizerConfig.Residual residual,
      Scales scales) {
    reader.ignore("ema_vocab_hit_SV"); // usage statistics of the training
    return new ResidualQuantizer(
        Codebook.read(reader, config),
        PhiChoice.read(reader.at("quant_resi"), config.codeWidth(), residual, scales.count()),
        scales);
  }

  /** Computes the part (B, Cvae, h_K, w_K) that codes (B, Cvae, h_k, w_k) of scale k add to f̂. */
  public Tensor contribution(int k, Tensor codes) {
    try (TensorScope scope = TensorScope.open()) {
      Scale last = scales.last();
      Tensor upsampled =
          k == scales.count() - 1
              ? codes
              : Layers.upsampleBicubic2d(codes, last.height(), last.width());
      Tensor added = phi.of(k, scales.count()).forward(upsampled);
      return added == codes ? codes : scope.keep(added);
    }
  }

  /** Resizes f̂ to the input (B, Cvae, h_k, w_k) of scale k, before its embedding. */
  public Tensor resize(Tensor fHat, int k) {
    Scale scale = scales.get(k);
    return k == scales.count() - 1
        ? fHat
        : Layers.adaptiveAvgPool2d(fHat, scale.height(), scale.width());
  }

  @Override
  public ScaleStep begin(Scales wanted) {
    requireOwn(wanted);
    return new ResidualStep(this);
  }

  private void requireOwn(Scales wanted) {
    if (!wanted.equals(scales)) {
      throw new IllegalArgumentException(
          "scales %s: the residual quantizer of this model has %s".formatted(wanted, scales));
    }
  }

  /** Takes a latent of the last scale's size. */
  @Override
  public void quantize(Tensor latent, Scales wanted, Sink sink) {
    requireOwn(wanted);
    if (latent.size(2) != scales.last().height() || latent.size(3) != scales.last().width()) {
      throw new IllegalArgumentException(
          "latent of %sx%s: expected the size of the last scale, %s"
              .formatted(latent.size(2), latent.size(3), scales.last()));
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor rest = latent;
      Tensor fHat = Tensor.zeros(latent.dtype(), latent.device(), latent.shape());
      for (int k = 0; k < scales.count(); k++) {
        Scale scale = scales.get(k);
        Tensor tokens = codebook.nearest(resize(rest, k));
        Tensor codes = codebook.lookUp(tokens, scale.height(), scale.width());
        Tensor added = contribution(k, codes);
        fHat = fHat.add(added);
        rest = rest.sub(added);
        sink.accept(k, tokens, fHat);
      }
    }
  }
}
