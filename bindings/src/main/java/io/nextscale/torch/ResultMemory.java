package io.nextscale.torch;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Carries on what is known of the memory of arguments: a view of wrapped memory is read-only as
 * that is, and ends with it; so does a result whose backward pass will read it. Schemas tell less
 * than addresses do: some operators return an argument and do not say so.
 */
final class ResultMemory {
  private static final Operator IS_LEAF = Operator.named("is_leaf");

  private ResultMemory() {}

  /** Returns a result of two arguments, with what it has from their memory. */
  static Tensor inherit(Tensor result, @Nullable Object first, @Nullable Object second) {
    boolean tracked =
        first instanceof Tensor a && a.isTracked() || second instanceof Tensor b && b.isTracked();
    if (tracked) {
      List<TensorMemory> arguments = new ArrayList<>();
      collect(first, arguments);
      collect(second, arguments);
      inherit(result, arguments);
    }
    return result;
  }

  /** Returns what is known of the first arguments. */
  static List<TensorMemory> of(@Nullable Object[] arguments, int count) {
    List<TensorMemory> memories = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      collect(arguments[i], memories);
    }
    return memories;
  }

  /** Adds what is known of an argument, a tensor or a list of tensors. */
  static void collect(@Nullable Object argument, List<TensorMemory> memories) {
    if (argument instanceof Tensor tensor) {
      TensorMemory memory = tensor.memory();
      if (memory != null && memory.isTracked()) {
        memories.add(memory);
      }
    } else if (argument instanceof List<?> list) {
      list.forEach(item -> collect(item, memories));
    }
  }

  /** Lets a result have what it needs from the memory of arguments. */
  static void inherit(Tensor result, List<TensorMemory> arguments) {
    if (arguments.isEmpty()) {
      return;
    }
    long address = TensorMetadata.dataAddressOrZero(result);
    TensorMemory memory = TensorMemory.ofResult(address, isRecorded(result), arguments);
    if (memory != null) {
      result.setMemory(memory);
    }
  }

  /** Lets a target that an operator wrote have what its backward pass needs. */
  static void extend(Tensor target, List<TensorMemory> arguments) {
    if (!arguments.isEmpty() && isRecorded(target)) {
      List<MemorySegment> more = new ArrayList<>();
      arguments.forEach(argument -> more.addAll(argument.needed()));
      target.need(more);
    }
  }

  private static boolean isRecorded(Tensor tensor) {
    return GradMode.isEnabled() && IS_LEAF.call().tensor(tensor).resultBits() == 0;
  }
}
