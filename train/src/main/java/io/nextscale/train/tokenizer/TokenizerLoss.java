package io.nextscale.train.tokenizer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.config.TokenizerConfig;
import io.nextscale.var.nn.Conv2d;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.tokenizer.VqVae;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.DoubleSupplier;

/**
 * The loss of a tokenizer: the distance of the images that it makes of its tokens from the true
 * ones, and of the codes from the latent.
 *
 * @param config of the tokenizer
 * @param scales of a residual quantizer, its own; of any other, its default scales
 * @param compute element type of encoder and decoder; the quantizer is float32
 */
public record TokenizerLoss(TokenizerConfig config, Scales scales, DType compute) {
  // keeps the latent's size near 1 while no code holds it
  private static final double LATENT_SIZE = 1e-3;
  private static final double NOISE = 0.1;
  private static final double COARSE_IMAGES = 0.5;

  /** Checks that no component is null. */
  public TokenizerLoss {
    Objects.requireNonNull(config, "config");
    Objects.requireNonNull(scales, "scales");
    Objects.requireNonNull(compute, "compute");
  }

  /** Reads the tokenizer; autograd records the reading if gradients are enabled. */
  public VqVae read(WeightSource weights) {
    WeightReader reader = new WeightReader(weights, Device.CPU, compute);
    VqVae tokenizer = VqVae.read(reader, compute, config, scales);
    reader.done();
    return tokenizer;
  }

  /**
   * An image's way through the tokenizer in training.
   *
   * @param image decoded from the finest scale, (B, 3, H, W)
   * @param sum the loss, 0-dimensional
   * @param codes the codes' part of it; 0 without quantizer
   * @param queries see {@link Quantized}; none without quantizer
   * @param tokens the codes found
   */
  record Pass(Tensor image, Tensor sum, Tensor codes, List<Tensor> queries, List<long[]> tokens) {}

  /**
   * Computes the loss with noise in place of the quantizer, so that neighbours in the latent become
   * neighbours in the image.
   *
   * @param truth float32 (B, 3, H, W)
   * @param compared scales that images are decoded from
   * @param normal draws from the standard normal distribution
   */
  Pass plain(VqVae tokenizer, Tensor truth, Scales compared, DoubleSupplier normal) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor latent = tokenizer.encode(Conv2d.channelsLast(truth));
      List<Tensor> targets = new LearntQuantizer(tokenizer.quantizer(), compared).targets(latent);
      List<Tensor> decoded = new ArrayList<>();
      for (Tensor target : targets) {
        decoded.add(target.add(noise(target, normal)));
      }
      Tensor size = Functional.mean(latent.mul(latent));
      Tensor image = tokenizer.decode(decoded.getLast());
      Tensor sum = images(tokenizer, decoded, image, truth).add(size, LATENT_SIZE);
      Tensor none = scope.keep(Tensor.zeros(DType.FLOAT32, Device.CPU));
      return new Pass(scope.keep(image), scope.keep(sum), none, List.of(), List.of());
    }
  }

  /**
   * Computes the loss with the quantizer.
   *
   * @param truth float32 (B, 3, H, W)
   * @param compared scales that images are decoded from; a residual quantizer's own
   * @param skipping number of the B images that skip the quantizer
   */
  Pass quantized(VqVae tokenizer, Tensor truth, Scales compared, int skipping) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor latent = tokenizer.encode(Conv2d.channelsLast(truth));
      LearntQuantizer quantizer = new LearntQuantizer(tokenizer.quantizer(), compared);
      Quantized quantized = quantizer.quantize(latent, scope);
      List<Tensor> decoded = quantized.decoded();
      if (skipping > 0) {
        decoded = mixed(quantizer.targets(latent), decoded, skipping);
      }
      Tensor image = tokenizer.decode(decoded.getLast());
      Tensor sum = images(tokenizer, decoded, image, truth).add(quantized.codeLoss());
      quantized.queries().forEach(scope::keep);
      return new Pass(
          scope.keep(image),
          scope.keep(sum),
          scope.keep(quantized.codeLoss()),
          quantized.queries(),
          quantized.tokens());
    }
  }

  /** Takes the first images of a batch unquantized, the others quantized. */
  private static List<Tensor> mixed(List<Tensor> plain, List<Tensor> quantized, int skipping) {
    List<Tensor> all = new ArrayList<>();
    for (int i = 0; i < plain.size(); i++) {
      long rest = plain.get(i).size(0) - skipping;
      Tensor first = plain.get(i).narrow(0, 0, skipping);
      all.add(
          rest == 0
              ? first
              : Functional.cat(List.of(first, quantized.get(i).narrow(0, skipping, rest)), 0));
    }
    return all;
  }

  /** Weighs the last scale's image by 1 and all others together by a half. */
  private Tensor images(VqVae tokenizer, List<Tensor> decoded, Tensor last, Tensor truth) {
    Tensor loss = PixelLoss.of(last, truth);
    int coarse = decoded.size() - 1;
    for (Tensor latent : decoded.subList(0, coarse)) {
      Tensor image = tokenizer.decode(latent);
      Tensor small = Layers.adaptiveAvgPool2d(truth, image.size(2), image.size(3));
      loss = loss.add(PixelLoss.of(image, small), COARSE_IMAGES / coarse);
    }
    return loss;
  }

  private static Tensor noise(Tensor latent, DoubleSupplier normal) {
    float[] values = latent.toFloats();
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      sum += value;
      squares += value * value;
    }
    double mean = sum / values.length;
    double deviation = Math.sqrt(Math.max(squares / values.length - mean * mean, 0));
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (normal.getAsDouble() * NOISE * deviation);
    }
    return Tensor.of(values, latent.shape());
  }
}
