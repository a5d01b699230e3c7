package io.nextscale.train.adversary;

import io.nextscale.torch.Autograd;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.train.optim.Parameters;
import io.nextscale.var.check.Check;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.checkpoint.WeightSource;
import java.util.Arrays;
import java.util.Map;

/**
 * A discriminator of patches (Isola et al. 2017, Image-to-Image Translation with Conditional
 * Adversarial Networks, section 3.2.2; {@code NLayerDiscriminator} of VQGAN).
 *
 * <p>It has GroupNorm where the official one has BatchNorm: its logits of an image do not depend on
 * the others of the batch, and there are no running averages to keep.
 */
public final class PatchDiscriminator implements Adversary {
  private static final int RANK = 4;

  private final PatchConfig config;
  private final DType compute;
  private final Parameters parameters;

  /**
   * Creates the parameters from their initial values.
   *
   * @param initial from {@link PatchInitialization}, or a checkpoint with exactly these weights
   * @param compute element type of the convolutions, FLOAT32 or BFLOAT16; the parameters and the
   *     losses are float32
   * @throws io.nextscale.var.checkpoint.CheckpointException if {@code initial} has other weights
   */
  public PatchDiscriminator(PatchConfig config, WeightSource initial, DType compute) {
    Check.that(
        compute == DType.FLOAT32 || compute == DType.BFLOAT16,
        "compute type",
        compute,
        "FLOAT32 or BFLOAT16");
    this.config = config;
    this.compute = compute;
    parameters = new Parameters(initial);
    try (TensorScope reading = TensorScope.open()) {
      read(parameters);
    } catch (RuntimeException e) {
      parameters.close();
      throw e;
    }
  }

  private PatchNetwork read(WeightSource weights) {
    WeightReader reader = new WeightReader(weights, Device.CPU, compute);
    PatchNetwork network = PatchNetwork.read(reader.at("discriminator"), config);
    reader.done();
    return network;
  }

  /** {@inheritDoc} It is the negative mean of all logits. */
  @Override
  public Tensor fool(Tensor made) {
    check("made", made);
    try (TensorScope scope = TensorScope.open()) {
      PatchNetwork network = read(new DetachedWeights(parameters));
      return scope.keep(Functional.mean(network.forward(made).mul(-1)));
    }
  }

  /** {@inheritDoc} It is the mean of both hinges, as in VQGAN. */
  @Override
  public Tensor tell(Tensor truth, Tensor made) {
    check("truth", truth);
    check("made", made);
    try (TensorScope scope = TensorScope.open()) {
      PatchNetwork network = read(parameters);
      Tensor onTruth = hinge(network.forward(truth).mul(-1));
      Tensor onMade = hinge(network.forward(Autograd.detach(made)));
      Tensor mean = onTruth.add(onMade).mul(0.5); // float64, as the factor is
      return scope.keep(mean.to(DType.FLOAT32));
    }
  }

  /** The mean of how far logits are above −1. */
  private static Tensor hinge(Tensor logits) {
    return Functional.mean(Functional.relu(logits.add(1)));
  }

  private void check(String name, Tensor images) {
    int smallest = config.smallest();
    if (images.dim() != RANK
        || images.size(1) != PatchNetwork.COLOURS
        || images.size(0) < 1
        || images.size(2) < smallest
        || images.size(3) < smallest) {
      throw new IllegalArgumentException(
          "%s %s: expected (B, 3, h, w), h and w at least %s for %s levels"
              .formatted(name, Arrays.toString(images.shape()), smallest, config.levels()));
    }
  }

  @Override
  public Map<String, Tensor> parameters() {
    return parameters.all();
  }

  @Override
  public void close() {
    parameters.close();
  }
}
