package io.nextscale.var.nn;

import io.nextscale.torch.Tensor;
import java.util.function.UnaryOperator;

/**
 * One step of a convolutional network. It maps a feature map (B, C, h, w) to another, whose size
 * and channels may differ.
 */
public interface Stage {
  /**
   * Computes the next feature map; neither frees nor writes to the input.
   *
   * @return a new tensor, never {@code x} itself
   */
  Tensor forward(Tensor x);

  /**
   * Replaces the stages inside this one, the innermost first.
   *
   * @param replacement returns the replacement of a stage, often the stage itself
   * @return this stage if there are no stages inside it
   */
  default Stage map(UnaryOperator<Stage> replacement) {
    return this;
  }
}
