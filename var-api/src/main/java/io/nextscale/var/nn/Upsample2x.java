package io.nextscale.var.nn;

import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;

/**
 * Doubles height and width, each pixel becoming four, and convolves the result with a 3×3 kernel
 * ({@code Upsample2x} of VAR's {@code models/basic_vae.py}, {@code Upsample} of FlexVAR's {@code
 * models/vq_llama.py}).
 *
 * @param conv weight (out, in, 3, 3), stride 1, padding 1
 */
public record Upsample2x(Conv2d conv) implements Stage {
  /** Reads the convolution, as many channels out as in. */
  public static Upsample2x read(WeightReader reader, long channels) {
    return new Upsample2x(Conv2d.read(reader, channels, channels, 3));
  }

  /** Maps (B, in, h, w) to (B, out, 2·h, 2·w). */
  @Override
  public Tensor forward(Tensor x) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(conv.forward(Layers.upsampleNearest2d(x, 2)));
    }
  }
}
