package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;
import java.util.Locale;

/**
 * The device that holds a tensor.
 *
 * @param type type of the device
 * @param index number among devices of this type, from 0; 0 for all but CUDA
 */
public record Device(Type type, int index) {
  /** Types of devices. */
  public enum Type {
    /** Host memory. */
    CPU,
    /** An NVIDIA GPU. */
    CUDA,
    /** No memory at all: shapes and types only. */
    META;

    int code() {
      return switch (this) {
        case CPU -> LibTorchAbi.aoti_torch_device_type_cpu();
        case CUDA -> LibTorchAbi.aoti_torch_device_type_cuda();
        case META -> LibTorchAbi.aoti_torch_device_type_meta();
      };
    }
  }

  /** Host memory. */
  public static final Device CPU = new Device(Type.CPU, 0);

  /** The first NVIDIA GPU. */
  public static final Device CUDA = new Device(Type.CUDA, 0);

  /** Shapes and types without memory. */
  public static final Device META = new Device(Type.META, 0);

  /** Throws {@link IllegalArgumentException} if the index is out of range. */
  public Device {
    if (index < 0 || (type != Type.CUDA && index != 0)) {
      throw new IllegalArgumentException(
          "device index %s of %s: expected 0, or more for CUDA".formatted(index, type));
    }
  }

  /**
   * Reads {@code cpu}, {@code cuda}, {@code cuda:1} or {@code meta}.
   *
   * @throws IllegalArgumentException for anything else
   */
  public static Device parse(String text) {
    return switch (text) {
      case "cpu" -> CPU;
      case "cuda" -> CUDA;
      case "meta" -> META;
      default -> {
        if (text.matches("cuda:\\d{1,3}")) {
          yield new Device(Type.CUDA, Integer.parseInt(text.substring(5)));
        }
        throw new IllegalArgumentException(
            "device \"%s\": expected cpu, cuda, cuda:INDEX or meta".formatted(text));
      }
    };
  }

  static Device of(int typeCode, int index) {
    for (Type type : Type.values()) {
      if (type.code() == typeCode) {
        return new Device(type, Math.max(index, 0));
      }
    }
    throw new TorchException("libtorch has an unknown device type, %s".formatted(typeCode));
  }

  @Override
  public String toString() {
    String name = type.name().toLowerCase(Locale.ROOT);
    return type == Type.CUDA ? name + ":" + index : name;
  }
}
