package io.nextscale.var;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Torch;
import io.nextscale.var.check.Check;
import io.nextscale.var.model.ModelException;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Device, precision and number of calls of a loaded model.
 *
 * @param device CPU or CUDA
 * @param computeType element type of the transformer's blocks and the decoder: FLOAT32 or BFLOAT16.
 *     The quantizer, the normalization of query and key, and the head compute in float32 always
 * @param float32Scales number of first scales that compute in float32 beside BFLOAT16, at least 0.
 *     The first scales decide the image, which is then nearly that of float32; they are small and
 *     take hardly longer, but float32 weights are kept in memory too. Null: all scales of at most
 *     16 tokens if their weights take at most 64 MiB, otherwise none
 * @param maxCalls largest number of calls at once, at work or waiting, at least 1; default 256. A
 *     call beyond it is refused with a {@link java.util.concurrent.RejectedExecutionException}
 */
public record LoadOptions(
    Device device, DType computeType, @Nullable Integer float32Scales, int maxCalls) {
  private static final int MAX_CALLS = 256;

  /**
   * Checks the values. Whether the machine has the device is checked on loading.
   *
   * @throws IllegalArgumentException if the element type is another, the device has no memory, or a
   *     number is too small
   */
  public LoadOptions {
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(computeType, "computeType");
    if (computeType != DType.FLOAT32 && computeType != DType.BFLOAT16) {
      throw new IllegalArgumentException(
          "element type %s: expected float32 or bfloat16".formatted(computeType));
    }
    if (device.type() == Device.Type.META) {
      throw new IllegalArgumentException("device meta has no memory: a model cannot run there");
    }
    if (float32Scales != null) {
      Check.atLeast("float32 scales", float32Scales.intValue(), 0);
    }
    Check.atLeast("calls at once", maxCalls, 1);
  }

  /** Takes the default number of float32 scales. */
  public LoadOptions(Device device, DType computeType) {
    this(device, computeType, null);
  }

  /** Takes the default number of calls at once. */
  public LoadOptions(Device device, DType computeType, @Nullable Integer float32Scales) {
    this(device, computeType, float32Scales, MAX_CALLS);
  }

  /**
   * Copies this with another number of float32 scales.
   *
   * @param scales at least 0
   */
  public LoadOptions withFloat32Scales(int scales) {
    return new LoadOptions(device, computeType, scales, maxCalls);
  }

  /**
   * Copies this with another number of calls at once.
   *
   * @param calls at least 1
   */
  public LoadOptions withMaxCalls(int calls) {
    return new LoadOptions(device, computeType, float32Scales, calls);
  }

  /** Number of float32 scales, or none for the default. */
  OptionalInt firstFloat32Scales() {
    return float32Scales == null ? OptionalInt.empty() : OptionalInt.of(float32Scales);
  }

  /**
   * Checks that the machine has the device.
   *
   * @throws ModelException with the reason if it has not
   */
  void requireDevice() {
    Torch.unavailability(device)
        .ifPresent(
            reason -> {
              throw new ModelException("device " + device + ": " + reason);
            });
  }

  /** Computes in float32 on the CPU. */
  public static LoadOptions defaults() {
    return new LoadOptions(Device.CPU, DType.FLOAT32);
  }
}
