package io.nextscale.var.nn;

import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;

/**
 * Halves height and width by a 3×3 convolution of stride 2 over the image and one column and row of
 * zeros at its right and bottom ({@code Downsample2x} of VAR's {@code models/basic_vae.py}, {@code
 * Downsample} of FlexVAR's {@code models/vq_llama.py}).
 *
 * @param conv weight (out, in, 3, 3), stride 2, no padding
 */
public record Downsample2x(Conv2d conv) implements Stage {
  /** Reads the convolution, as many channels out as in. */
  public static Downsample2x read(WeightReader reader, long channels) {
    return new Downsample2x(Conv2d.read(reader, channels, channels, 3, 2, 0));
  }

  /** Maps (B, in, h, w) to (B, out, h/2, w/2). */
  @Override
  public Tensor forward(Tensor x) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(conv.forward(Layers.pad(x, 0, 1, 0, 1)));
    }
  }
}
