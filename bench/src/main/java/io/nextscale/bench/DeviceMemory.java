package io.nextscale.bench;

import io.nextscale.torch.Device;
import io.nextscale.torch.Torch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/** Reads how much memory of a device is in use. */
final class DeviceMemory {
  private static final long MEBI = 1 << 20;

  private DeviceMemory() {}

  /** Says how much memory the device has, if it says so itself. */
  static String describe(Device device) {
    long[] memory = cuda();
    return device.type() != Device.Type.CUDA || memory.length == 0
        ? "memory of %s: the process's own".formatted(device)
        : "memory of %s: %d MiB, %d MiB free".formatted(device, memory[1] / MEBI, memory[0] / MEBI);
  }

  /** Bytes in use: of the device by all processes, of the CPU by this one; 0 if unknown. */
  static long used(Device device) {
    if (device.type() == Device.Type.CUDA) {
      long[] memory = cuda();
      return memory.length == 0 ? 0 : memory[1] - memory[0];
    }
    try {
      return ResidentMemory.isKnown() ? ResidentMemory.now() : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Asks CUDA's runtime for free and all bytes of the current device; empty without CUDA. */
  private static long[] cuda() {
    Optional<MemorySegment> function = Torch.library().symbols().find("cudaMemGetInfo");
    if (function.isEmpty()) {
      return new long[0];
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment free = arena.allocate(ValueLayout.JAVA_LONG);
      MemorySegment all = arena.allocate(ValueLayout.JAVA_LONG);
      int code =
          (int)
              Linker.nativeLinker()
                  .downcallHandle(
                      function.get(),
                      FunctionDescriptor.of(
                          ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS))
                  .invokeExact(free, all);
      return code == 0
          ? new long[] {free.get(ValueLayout.JAVA_LONG, 0), all.get(ValueLayout.JAVA_LONG, 0)}
          : new long[0];
    } catch (Throwable e) {
      throw new AssertionError("cudaMemGetInfo does not throw", e);
    }
  }
}
