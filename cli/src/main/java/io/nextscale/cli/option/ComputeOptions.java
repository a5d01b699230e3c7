package io.nextscale.cli.option;

import io.nextscale.cli.output.CommandException;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Torch;
import io.nextscale.var.LoadOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Device, element type and threads of a computation. */
public class ComputeOptions {
  @Option(
      names = "--dtype",
      paramLabel = "f32|bf16",
      description = "Element type of the computation (default: f32).")
  private DType dtype = DType.FLOAT32;

  @Option(
      names = "--device",
      paramLabel = "cpu|cuda[:i]",
      description = "Device that computes (default: cpu).")
  private Device device = Device.CPU;

  @Mixin private ThreadOptions threads = new ThreadOptions();

  /**
   * Checks the options.
   *
   * @throws CommandException if one is out of range
   */
  void check() {
    threads.check();
    requireCompute(dtype);
  }

  /**
   * Checks that the machine has the device; loads libtorch only for others than the CPU.
   *
   * @throws CommandException with the reason if it has not
   */
  final void requireDevice() {
    if (device.equals(Device.CPU)) {
      return;
    }
    Torch.unavailability(device)
        .ifPresent(
            reason -> {
              throw new CommandException("--device %s: %s".formatted(device, reason));
            });
  }

  /**
   * Checks that computations have an element type.
   *
   * @throws CommandException if they have not
   */
  static void requireCompute(DType dtype) {
    if (dtype == DType.FLOAT16) {
      throw CommandException.usage("--dtype f16: expected f32 or bf16");
    }
  }

  /** The element type. */
  final DType dtype() {
    return dtype;
  }

  /** The number of first scales to compute in float32; null for the library's choice. */
  @Nullable Integer float32Scales() {
    return 0;
  }

  /** Sets the number of threads and returns the rest as the library's options. */
  final LoadOptions apply() {
    threads.apply();
    return new LoadOptions(device, dtype, float32Scales());
  }

  /** The options that reproduce the computation. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    if (dtype == DType.BFLOAT16) {
      arguments.addAll(List.of("--dtype", "bf16"));
    }
    if (!device.equals(Device.CPU)) {
      arguments.addAll(List.of("--device", device.toString()));
    }
    return arguments;
  }
}
