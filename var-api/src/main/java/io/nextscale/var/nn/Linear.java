package io.nextscale.var.nn;

import io.nextscale.torch.DType;
import io.nextscale.torch.Tensor;
import io.nextscale.var.checkpoint.WeightReader;

/** A linear layer with bias over the last dimension, computed in the element type of its weight. */
public interface Linear {
  /** Reads {@code weight} (out, in) and {@code bias} (out). */
  static Linear read(WeightReader reader, long in, long out) {
    return new DenseLinear(reader.read("weight", out, in), reader.read("bias", out));
  }

  /** Element type of the weight, and so of results. */
  DType dtype();

  /** Maps (…, in) to (…, out). */
  Tensor forward(Tensor input);

  /** Maps (…, in) to (…, out) and applies GELU in its tanh form. */
  Tensor forwardGelu(Tensor input);
}
