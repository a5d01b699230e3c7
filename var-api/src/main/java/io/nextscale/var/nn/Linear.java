package io.nextscale.var.nn;

import io.nextscale.torch.Functional;
import io.nextscale.torch.OneDnn;
import io.nextscale.torch.Tensor;
import io.nextscale.var.checkpoint.WeightReader;
import org.jspecify.annotations.Nullable;

/**
 * An affine map of the last dimension; it computes in the element type of its weight.
 *
 * @param weight (out, in); {@link #packed} ones are for computing without gradients only
 * @param bias (out), or none
 */
public record Linear(Tensor weight, @Nullable Tensor bias) {
  /** Reads {@code weight} and {@code bias} of the given sizes. */
  public static Linear read(WeightReader reader, long in, long out) {
    return new Linear(reader.read("weight", out, in), reader.read("bias", out));
  }

  /** The same map with a weight that oneDNN has laid out for itself, where it can compute. */
  public Linear packed() {
    return OneDnn.serves(weight) ? new Linear(OneDnn.pack(weight), bias) : this;
  }

  /** Frees the weight of a map that a {@link #packed} one has taken the place of. */
  public void release() {
    weight.unload();
    weight.close();
  }

  /** (…, in) to (…, out). */
  public Tensor forward(Tensor input) {
    Tensor x = input.to(weight.dtype());
    return OneDnn.serves(weight)
        ? OneDnn.linear(x, weight, bias, OneDnn.Activation.NONE)
        : Functional.linear(x, weight, bias);
  }

  /** GELU in its tanh form of {@link #forward}, fused where that is possible. */
  public Tensor forwardGelu(Tensor input) {
    Tensor x = input.to(weight.dtype());
    return OneDnn.serves(weight)
        ? OneDnn.linear(x, weight, bias, OneDnn.Activation.GELU_TANH)
        : Functional.geluTanh(Functional.linear(x, weight, bias));
  }
}
