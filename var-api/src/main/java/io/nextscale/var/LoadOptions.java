package io.nextscale.var;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Torch;
import io.nextscale.var.model.ModelException;

/**
 * Where and how precisely a model computes.
 *
 * @param device CPU or CUDA
 * @param computeType FLOAT32, or BFLOAT16 for the transformer's blocks and the decoder; quantizer,
 *     norms of query and key, and classifier head stay float32
 */
public record LoadOptions(Device device, DType computeType) {
  /** Checks the element type. */
  public LoadOptions {
    if (computeType != DType.FLOAT32 && computeType != DType.BFLOAT16) {
      throw new IllegalArgumentException(
          "element type " + computeType + ": expected float32 or bfloat16");
    }
    if (device.type() == Device.Type.META) {
      throw new IllegalArgumentException("device meta has no memory: a model cannot run there");
    }
  }

  /**
   * Checks that the device is there.
   *
   * @throws ModelException with the reason, if it is not
   */
  void requireDevice() {
    Torch.unavailability(device)
        .ifPresent(
            reason -> {
              throw new ModelException("device " + device + ": " + reason);
            });
  }

  /** Float32 on the CPU. */
  public static LoadOptions defaults() {
    return new LoadOptions(Device.CPU, DType.FLOAT32);
  }
}
