package io.nextscale.var.raster;

import io.nextscale.torch.DType;
import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.var.checkpoint.WeightReader;

/**
 * Divides a hidden state by its root mean square and multiplies it with a weight, in float32.
 *
 * @param weight float32 (C)
 * @param epsilon added to the mean square
 */
record RmsNorm(Tensor weight, double epsilon) {
  static RmsNorm read(WeightReader reader, long width, double epsilon) {
    return new RmsNorm(reader.as(DType.FLOAT32).read("weight", width), epsilon);
  }

  /** Normalizes float32 (…, C). */
  Tensor apply(Tensor x) {
    return Layers.rmsNorm(x, weight, epsilon);
  }
}
