package io.nextscale.train.adversary;

import io.nextscale.torch.Tensor;
import java.util.Map;

/**
 * A discriminator that a tokenizer is trained against, with the hinge losses of both sides (Lim and
 * Ye 2017, Geometric GAN, section 3; {@code hinge_d_loss} in {@code vqperceptual.py} of VQGAN).
 *
 * <p>Both losses are recorded for autograd if {@link io.nextscale.torch.GradMode} is enabled, and
 * belong to the caller's scope.
 */
public interface Adversary extends AutoCloseable {
  /**
   * The generator's loss: small where made images pass for true ones. Its gradient flows into
   * {@code made}, never into the discriminator's own parameters.
   *
   * @param made images (B, 3, h, w), −1 to 1
   * @return 0-dimensional float32, of any sign
   * @throws IllegalArgumentException if the discriminator cannot take images of this shape
   */
  Tensor fool(Tensor made);

  /**
   * The discriminator's own loss: small where it tells true images from made ones. Its gradient
   * flows into the discriminator's parameters, never into {@code made}.
   *
   * @param truth images (B, 3, h, w), −1 to 1
   * @param made the same; B, h and w may be others
   * @return 0-dimensional float32, at least 0
   * @throws IllegalArgumentException if the discriminator cannot take images of these shapes
   */
  Tensor tell(Tensor truth, Tensor made);

  /**
   * The parameters by name, for an optimiser and for the state of the training. They are the
   * discriminator's own tensors; writing to them is how it is restored.
   */
  Map<String, Tensor> parameters();

  /** Frees the parameters. */
  @Override
  void close();
}
