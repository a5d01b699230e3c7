package io.nextscale.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * C++ functions of libtorch and of its C++ library that have no C form. Those with C++ objects as
 * arguments or results are used with GNU's C++ library only, whose layout of a string is written
 * here. It is first used when libtorch is loaded.
 */
final class CppFunctions {
  private static final SymbolLookup SYMBOLS = Torch.library().symbols();

  // std::string of libstdc++: address, length, and a buffer for short texts
  private static final StructLayout STRING =
      MemoryLayout.structLayout(
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_LONG,
          MemoryLayout.sequenceLayout(2, ValueLayout.JAVA_LONG));
  private static final long LENGTH = Long.BYTES;
  private static final long SHORT = 15;

  // std::optional<c10::OperatorHandle>: definition, place in a list, presence
  private static final StructLayout OPTIONAL_OPERATOR =
      MemoryLayout.structLayout(MemoryLayout.sequenceLayout(3, ValueLayout.JAVA_LONG));
  private static final long PRESENCE = 2 * Long.BYTES;

  private static final MethodHandle NEW =
      function("_Znwm", FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_LONG))
          .orElseThrow();
  private static final MethodHandle DELETE =
      function("_ZdlPv", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS)).orElseThrow();

  // the name tells that libtorch was compiled with libstdc++'s present strings
  private static final Optional<MethodHandle> SHOW_CONFIG =
      function("_ZN2at11show_configB5cxx11Ev", FunctionDescriptor.of(STRING));
  private static final Optional<MethodHandle> DISPATCHER =
      function("_ZN3c1010Dispatcher13realSingletonEv", FunctionDescriptor.of(ValueLayout.ADDRESS));
  private static final Optional<MethodHandle> FIND_SCHEMA =
      function(
          "_ZN3c1010Dispatcher10findSchemaERKNS_12OperatorNameE",
          FunctionDescriptor.of(OPTIONAL_OPERATOR, ValueLayout.ADDRESS, ValueLayout.ADDRESS));

  private CppFunctions() {}

  private static Optional<MethodHandle> function(String name, FunctionDescriptor type) {
    return SYMBOLS
        .find(name)
        .map((MemorySegment address) -> Linker.nativeLinker().downcallHandle(address, type));
  }

  /** Allocates memory on the C++ heap, which {@link #free} or C++'s {@code delete} frees. */
  static MemorySegment allocate(long bytes) {
    try {
      return (MemorySegment) NEW.invokeExact(bytes);
    } catch (Throwable e) {
      throw new AssertionError("operator new does not throw through this call", e);
    }
  }

  /** Frees memory of {@link #allocate}. */
  static void free(MemorySegment memory) {
    try {
      DELETE.invokeExact(memory);
    } catch (Throwable e) {
      throw new AssertionError("operator delete does not throw", e);
    }
  }

  /** Returns what {@code at::show_config()} tells about the build. */
  static Optional<String> buildConfiguration() {
    if (SHOW_CONFIG.isEmpty()) {
      return Optional.empty();
    }
    try (Arena arena = Arena.ofConfined()) {
      SegmentAllocator allocator = arena;
      MemorySegment string = (MemorySegment) SHOW_CONFIG.get().invokeExact(allocator);
      long length = string.get(ValueLayout.JAVA_LONG, LENGTH);
      MemorySegment text = string.get(ValueLayout.ADDRESS, 0).reinterpret(length);
      String value = new String(text.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
      if (length > SHORT) {
        free(text);
      }
      return Optional.of(value);
    } catch (Throwable e) {
      throw new AssertionError("at::show_config does not throw", e);
    }
  }

  /** Knowledge about the dispatcher's table, which two lookups of known outcome have confirmed. */
  private static final class Schemas {
    private static final boolean CAN_BE_FOUND =
        SHOW_CONFIG.isPresent()
            && DISPATCHER.isPresent()
            && FIND_SCHEMA.isPresent()
            && found(Operator.named("mul", "Tensor"))
            && !found(Operator.named("mul", "no such overload"));
  }

  /** Whether libtorch knows an operator; true where that cannot be told. */
  static boolean mayExist(Operator operator) {
    return !Schemas.CAN_BE_FOUND || found(operator);
  }

  private static boolean found(Operator operator) {
    try (Arena arena = Arena.ofConfined()) {
      SegmentAllocator allocator = arena;
      MemorySegment name = arena.allocate(2 * STRING.byteSize(), Long.BYTES);
      setString(name, operator.name());
      setString(name.asSlice(STRING.byteSize()), operator.overload());
      MemorySegment dispatcher = (MemorySegment) DISPATCHER.orElseThrow().invokeExact();
      MemorySegment found =
          (MemorySegment) FIND_SCHEMA.orElseThrow().invokeExact(allocator, dispatcher, name);
      return found.get(ValueLayout.JAVA_BYTE, PRESENCE) != 0;
    } catch (Throwable e) {
      throw new AssertionError("c10::Dispatcher::findSchema does not throw", e);
    }
  }

  /** Lets a string that the callee only reads be a text with a terminator. */
  private static void setString(MemorySegment string, MemorySegment text) {
    string.set(ValueLayout.ADDRESS, 0, text);
    string.set(ValueLayout.JAVA_LONG, LENGTH, text.byteSize() - 1);
  }
}
