package io.nextscale.var;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Torch;
import io.nextscale.var.model.ModelException;
import io.nextscale.var.transformer.TransformerConfig;
import org.jspecify.annotations.Nullable;

/**
 * Where and how precisely a model computes.
 *
 * @param device CPU or CUDA
 * @param computeType FLOAT32, or BFLOAT16 for the transformer's blocks and the decoder; quantizer,
 *     norms of query and key, and classifier head stay float32
 * @param float32Scales how many of the first scales compute in float32 beside BFLOAT16. What they
 *     draw is what the image becomes, so that it is nearly the one of float32; and they take hardly
 *     longer, but their float32 weights are held as well. None: all scales of at most 16 tokens
 *     where those weights take at most 64 MiB, otherwise no scale
 */
public record LoadOptions(Device device, DType computeType, @Nullable Integer float32Scales) {
  // of weights that are held twice without being asked for
  private static final long SMALL_BYTES = 64 << 20;

  /** Checks element type and scales. */
  public LoadOptions {
    if (computeType != DType.FLOAT32 && computeType != DType.BFLOAT16) {
      throw new IllegalArgumentException(
          "element type " + computeType + ": expected float32 or bfloat16");
    }
    if (device.type() == Device.Type.META) {
      throw new IllegalArgumentException("device meta has no memory: a model cannot run there");
    }
    if (float32Scales != null && float32Scales < 0) {
      throw new IllegalArgumentException("float32 scales " + float32Scales + ": at least 0");
    }
  }

  /** As many float32 scales as cost little. */
  public LoadOptions(Device device, DType computeType) {
    this(device, computeType, null);
  }

  /** The same with so many of the first scales in float32. */
  public LoadOptions withFloat32Scales(int scales) {
    return new LoadOptions(device, computeType, scales);
  }

  /** Whether some scales compute with weights of their own. */
  boolean holdsExactWeights(TransformerConfig config) {
    if (computeType == DType.FLOAT32) {
      return false;
    }
    return float32Scales == null
        ? config.linearParameterCount() * DType.FLOAT32.byteSize() <= SMALL_BYTES
        : float32Scales > 0;
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
