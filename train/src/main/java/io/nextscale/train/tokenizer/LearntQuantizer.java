package io.nextscale.train.tokenizer;

import io.nextscale.torch.Autograd;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Losses;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.tokenizer.GroundTruthQuantizer;
import io.nextscale.var.tokenizer.Quantizer;
import io.nextscale.var.tokenizer.ResidualQuantizer;
import java.util.ArrayList;
import java.util.List;

/**
 * A quantizer in training, with the loss of its codes and a way for gradients past them ({@code
 * VectorQuantizer2.forward} in {@code models/quant.py} of VAR; FlexVAR, section 3.2).
 *
 * @param quantizer read with gradients enabled
 * @param scales the quantizer's own, or the scales that this step compares
 */
record LearntQuantizer(Quantizer quantizer, Scales scales) {
  /** Weight of the commitment loss beside the codebook loss. */
  private static final double COMMITMENT = 0.25;

  /**
   * The decoder's inputs if every vector had a code of its own: the latent, or, of a FlexVAR model,
   * the latent at each scale.
   */
  List<Tensor> targets(Tensor latent) {
    return switch (quantizer) {
      case ResidualQuantizer residual -> List.of(latent);
      case GroundTruthQuantizer groundTruth ->
          scales.list().stream().map(scale -> resized(latent, scale)).toList();
    };
  }

  /**
   * Quantizes a latent.
   *
   * @param latent float32 (B, Cvae, h, w)
   * @param scope the open one, for the result's tensors
   */
  Quantized quantize(Tensor latent, TensorScope scope) {
    return switch (quantizer) {
      case ResidualQuantizer residual -> quantize(residual, latent, scope);
      case GroundTruthQuantizer groundTruth -> quantize(groundTruth, latent);
    };
  }

  /** All partial sums are to be near the latent; the last one is decoded. */
  private Quantized quantize(ResidualQuantizer residual, Tensor latent, TensorScope scope) {
    Tensor fixed = Autograd.detach(latent);
    List<Tensor> losses = new ArrayList<>();
    List<Tensor> sums = new ArrayList<>();
    List<Tensor> queries = new ArrayList<>();
    List<long[]> tokens = new ArrayList<>();
    residual.quantize(
        fixed,
        scales,
        (k, found, sum) -> {
          Tensor rest = sums.isEmpty() ? fixed : fixed.sub(Autograd.detach(sums.getLast()));
          queries.add(scope.adopt(Autograd.detach(residual.resize(rest, k))));
          sums.add(scope.adopt(sum.share()));
          losses.add(scope.adopt(loss(sum, latent)));
          tokens.add(found.toLongs());
        });
    return new Quantized(
        List.of(straightThrough(latent, sums.getLast())), mean(losses), queries, tokens);
  }

  /** The codes of each scale are to be near the latent at that scale; each is decoded. */
  private Quantized quantize(GroundTruthQuantizer groundTruth, Tensor latent) {
    List<Tensor> losses = new ArrayList<>();
    List<Tensor> decoded = new ArrayList<>();
    List<Tensor> queries = new ArrayList<>();
    List<long[]> tokens = new ArrayList<>();
    List<Tensor> targets = targets(latent);
    for (int k = 0; k < scales.count(); k++) {
      Scale scale = scales.get(k);
      Tensor target = targets.get(k);
      Tensor fixed = Autograd.detach(target);
      Tensor found = groundTruth.codebook().nearest(fixed);
      Tensor codes = groundTruth.codebook().lookUp(found, scale.height(), scale.width());
      queries.add(fixed);
      tokens.add(found.toLongs());
      losses.add(loss(codes, target));
      decoded.add(straightThrough(target, codes));
    }
    return new Quantized(decoded, mean(losses), queries, tokens);
  }

  /**
   * The quantizer's queries at each scale if every vector had a code of its own; the first codes
   * are set to them.
   */
  List<Tensor> idealQueries(Tensor latent) {
    return switch (quantizer) {
      case ResidualQuantizer residual -> idealQueries(residual, latent);
      case GroundTruthQuantizer groundTruth -> targets(latent);
    };
  }

  private List<Tensor> idealQueries(ResidualQuantizer residual, Tensor latent) {
    List<Tensor> queries = new ArrayList<>();
    Tensor rest = latent;
    for (int k = 0; k < scales.count(); k++) {
      Tensor pooled = residual.resize(rest, k);
      queries.add(pooled);
      rest = rest.sub(residual.contribution(k, pooled));
    }
    return queries;
  }

  private Tensor resized(Tensor latent, Scale scale) {
    return quantizer
        .codebook()
        .target(Functional.adaptiveAvgPool2d(latent, scale.height(), scale.width()));
  }

  private static Tensor loss(Tensor codes, Tensor target) {
    Tensor commitment = Losses.meanSquared(target, Autograd.detach(codes));
    return Losses.meanSquared(codes, Autograd.detach(target)).addScaled(commitment, COMMITMENT);
  }

  private static Tensor straightThrough(Tensor target, Tensor codes) {
    return target.add(Autograd.detach(codes.sub(target)));
  }

  private static Tensor mean(List<Tensor> losses) {
    Tensor sum = Tensor.zeros(DType.FLOAT32, Device.CPU);
    for (Tensor loss : losses) {
      sum = sum.addScaled(loss, 1.0 / losses.size());
    }
    return sum;
  }
}
