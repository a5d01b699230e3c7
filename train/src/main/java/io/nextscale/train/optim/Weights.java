package io.nextscale.train.optim;

import io.nextscale.torch.DType;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.SafetensorsWriter;
import io.nextscale.var.checkpoint.StoredTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Trained weights as a checkpoint. */
public final class Weights {
  private Weights() {}

  /**
   * Writes weights in float16, half the size of what they are trained in.
   *
   * @param file safetensors, written whole or not at all
   * @throws io.nextscale.var.checkpoint.CheckpointException if it cannot be written
   */
  public static void write(Path file, Map<String, Tensor> weights) {
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      List<StoredTensor> stored = new ArrayList<>();
      weights.forEach(
          (name, weight) -> {
            Tensor half = weight.to(DType.FLOAT16);
            stored.add(StoredTensor.contiguous(name, half.dtype(), half.shape(), half.segment()));
          });
      SafetensorsWriter.write(file, stored, Map.of());
    }
  }
}
