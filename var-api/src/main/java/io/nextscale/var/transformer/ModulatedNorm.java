package io.nextscale.var.transformer;

import io.nextscale.torch.Tensor;
import io.nextscale.var.nn.LayerNorm;
import java.util.function.UnaryOperator;

/**
 * A layer norm whose scale and shift come from the condition.
 *
 * @param scale of the normalised input, 1 + the official code's, (B, 1, C)
 * @param shift added to it, (B, 1, C)
 */
record ModulatedNorm(Tensor scale, Tensor shift) {

  /** The same with both tensors changed. */
  ModulatedNorm map(UnaryOperator<Tensor> change) {
    return new ModulatedNorm(change.apply(scale), change.apply(shift));
  }

  /** (B, l, C), same out. */
  Tensor apply(Tensor x, double epsilon) {
    return LayerNorm.modulated(x, scale, shift, epsilon);
  }
}
