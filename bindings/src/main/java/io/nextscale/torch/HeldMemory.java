package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Calls functions of the ABI while the arenas of wrapped memory cannot be closed by other threads.
 *
 * <p>The JVM holds the arena of each segment that it passes to a function. So the functions are
 * called with one segment of each arena behind their own arguments: by the calling conventions of
 * all platforms of libtorch the caller owns the place of arguments, and a function does not see
 * those that it does not know.
 */
public final class HeldMemory {
  private static final int MOST = 8; // arenas

  private final MemorySegment[] segments;

  private HeldMemory(MemorySegment[] segments) {
    this.segments = segments;
  }

  private static MethodHandle handle(MemorySegment address, FunctionDescriptor function) {
    MemoryLayout[] more = new MemoryLayout[MOST];
    Arrays.fill(more, ValueLayout.ADDRESS);
    MethodHandle handle =
        Linker.nativeLinker().downcallHandle(address, function.appendArgumentLayouts(more));
    return handle.asSpreader(MemorySegment[].class, MOST);
  }

  private static final class Dispatcher {
    static final MethodHandle CALL =
        handle(
            LibTorchAbi.torch_call_dispatcher$address(),
            LibTorchAbi.torch_call_dispatcher$descriptor());
  }

  private static final class Subtract {
    static final MethodHandle CALL =
        handle(
            LibTorchAbi.aoti_torch_aten_subtract_Tensor$address(),
            LibTorchAbi.aoti_torch_aten_subtract_Tensor$descriptor());
  }

  private static final class Copy {
    static final MethodHandle CALL =
        handle(LibTorchAbi.aoti_torch_copy_$address(), LibTorchAbi.aoti_torch_copy_$descriptor());
  }

  private static final class Linear {
    static final MethodHandle CALL =
        handle(
            LibTorchAbi.aoti_torch_cpu__linear_pointwise$address(),
            LibTorchAbi.aoti_torch_cpu__linear_pointwise$descriptor());
  }

  private static final class Convolution {
    static final MethodHandle CALL =
        handle(
            LibTorchAbi.aoti_torch_cpu_mkldnn__convolution_pointwise$address(),
            LibTorchAbi.aoti_torch_cpu_mkldnn__convolution_pointwise$descriptor());
  }

  /** Returns the memory of others that arguments need, tensors or absent ones. */
  static HeldMemory of(Tensor... tensors) {
    List<TensorMemory> memories = new ArrayList<>();
    Stream.of(tensors).forEach(tensor -> ResultMemory.collect(tensor, memories));
    return of(memories);
  }

  /**
   * Returns the memory of others that arguments need.
   *
   * @throws IllegalArgumentException if it is of too many arenas
   */
  static HeldMemory of(List<TensorMemory> memories) {
    List<MemorySegment> found = new ArrayList<>();
    for (TensorMemory memory : memories) {
      for (MemorySegment segment : memory.needed()) {
        if (found.stream().noneMatch(known -> known.scope().equals(segment.scope()))) {
          found.add(segment);
        }
      }
    }
    if (found.size() > MOST) {
      throw new IllegalArgumentException(
          "a call with memory of %s arenas: expected at most %s".formatted(found.size(), MOST));
    }
    while (found.size() < MOST) {
      found.add(MemorySegment.NULL);
    }
    return new HeldMemory(found.toArray(MemorySegment[]::new));
  }

  int dispatch(MemorySegment name, MemorySegment overload, MemorySegment stack, long version) {
    try {
      return (int) Dispatcher.CALL.invokeExact(name, overload, stack, version, segments);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  int subtract(MemorySegment self, MemorySegment other, double alpha, MemorySegment out) {
    try {
      return (int) Subtract.CALL.invokeExact(self, other, alpha, out, segments);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  int copy(MemorySegment self, MemorySegment source) {
    try {
      return (int) Copy.CALL.invokeExact(self, source, 0, segments);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** Calls {@code aoti_torch_cpu__linear_pointwise} without scalars. */
  public int linear(
      MemorySegment input,
      MemorySegment weight,
      MemorySegment bias,
      MemorySegment attribute,
      MemorySegment algorithm,
      MemorySegment out) {
    try {
      return (int)
          Linear.CALL.invokeExact(
              input, weight, bias, attribute, MemorySegment.NULL, 0L, algorithm, out, segments);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /**
   * Calls {@code aoti_torch_cpu_mkldnn__convolution_pointwise} in one group and without scalars.
   * Padding, stride and dilation are two numbers each.
   */
  public int convolution(
      MemorySegment input,
      MemorySegment weight,
      MemorySegment bias,
      MemorySegment padding,
      MemorySegment stride,
      MemorySegment dilation,
      MemorySegment attribute,
      MemorySegment algorithm,
      MemorySegment out) {
    try {
      return (int)
          Convolution.CALL.invokeExact(
              input,
              weight,
              bias,
              padding,
              2L,
              stride,
              2L,
              dilation,
              2L,
              1L,
              attribute,
              MemorySegment.NULL,
              0L,
              algorithm,
              out,
              segments);
    } catch (Throwable e) {
      throw failure(e);
    }
  }

  /** The arena was closed after the arguments were checked; or the JVM failed. */
  private static RuntimeException failure(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    if (cause instanceof IllegalStateException) {
      return new IllegalStateException(TensorMemory.GONE, cause);
    }
    return new IllegalStateException("a call with wrapped memory failed", cause);
  }
}
