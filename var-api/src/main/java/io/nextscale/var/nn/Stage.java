package io.nextscale.var.nn;

import io.nextscale.torch.Tensor;
import java.util.function.UnaryOperator;

/**
 * One step of a convolutional network: a feature map (B, C, h, w) in, another one out. Sizes and
 * channels may differ.
 */
public interface Stage {
  /**
   * Computes the next feature map. The input is left as it is: neither freed nor written to.
   *
   * @return a new tensor, never {@code x} itself
   */
  Tensor forward(Tensor x);

  /**
   * Replaces the stages inside of this one, from the innermost out; this stage itself if it holds
   * none.
   *
   * @param replacement gives the stage to compute with for a stage; often the same
   */
  default Stage map(UnaryOperator<Stage> replacement) {
    return this;
  }
}
