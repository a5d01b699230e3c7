package io.nextscale.var.checkpoint;

import io.nextscale.var.check.Shown;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The stack and the memo of an {@link Unpickler}. */
final class PickleStack {
  /** Largest number of values on the stack. */
  static final int MAX_DEPTH = 1 << 16;

  /** Largest number of values in the memo; a tensor takes about ten. */
  static final int MAX_MEMO = 1 << 18;

  private static final Object MARK = new Object();

  private final BiFunction<String, String, CheckpointException> error;
  private final HeapBudget heap;
  private final List<Object> stack = new ArrayList<>();
  private @Nullable Object[] memo = new @Nullable Object[256];
  private int memoized;

  /**
   * Makes an empty stack.
   *
   * @param error makes an exception from an expectation and a finding
   * @param heap charged for lists that the stack returns
   */
  PickleStack(BiFunction<String, String, CheckpointException> error, HeapBudget heap) {
    this.error = error;
    this.heap = heap;
  }

  void push(Object value) {
    if (stack.size() >= MAX_DEPTH) {
      throw error.apply("at most " + MAX_DEPTH + " values on the stack", "more");
    }
    stack.add(value);
  }

  void mark() {
    push(MARK);
  }

  Object top() {
    Object value = stack.isEmpty() ? MARK : stack.getLast();
    if (value == MARK) {
      throw error.apply("a value on the stack", "none");
    }
    return value;
  }

  <T> T top(Class<T> type, String name) {
    return cast(top(), type, name);
  }

  Object pop() {
    Object value = top();
    stack.removeLast();
    return value;
  }

  <T> T pop(Class<T> type, String name) {
    return cast(pop(), type, name);
  }

  /** Removes and returns the values above the last mark; removes the mark. */
  List<Object> popToMark() {
    int mark = stack.lastIndexOf(MARK);
    if (mark < 0) {
      throw error.apply("a mark on the stack", "none");
    }
    List<Object> above = stack.subList(mark + 1, stack.size());
    heap.charge(64 + 8L * above.size());
    List<Object> values = List.copyOf(above);
    stack.subList(mark, stack.size()).clear();
    return values;
  }

  boolean isEmpty() {
    return stack.isEmpty();
  }

  void memoize() {
    memoize(memoized);
  }

  void memoize(long index) {
    if (index >= MAX_MEMO) {
      throw error.apply("a memo of at most " + MAX_MEMO + " values", "index " + index);
    }
    if (index >= memo.length) {
      memo = Arrays.copyOf(memo, Math.min(MAX_MEMO, (int) Math.max(index + 1, 2L * memo.length)));
    }
    memoized += memo[(int) index] == null ? 1 : 0;
    memo[(int) index] = top();
  }

  void recall(long index) {
    Object value = index < memo.length ? memo[(int) index] : null;
    if (value == null) {
      throw error.apply("a value in the memo", "none at " + index);
    }
    push(value);
  }

  <T> T cast(Object value, Class<T> type, String name) {
    if (!type.isInstance(value)) {
      throw error.apply(name, describe(value));
    }
    return type.cast(value);
  }

  /** Describes a value by its kind, not by its content, which may contain itself. */
  static String describe(Object value) {
    return switch (value) {
      case PickleOpaque opaque -> "an object of " + Shown.name(opaque.name());
      case StoredTensor tensor -> "a tensor";
      case Map<?, ?> map -> "a dict";
      case List<?> list -> "a list";
      case PickleTuple tuple -> "a tuple";
      case String text -> "a text";
      case Boolean flag -> "a boolean";
      case Number number -> "a number";
      default -> value == PickleTuple.NONE ? "None" : "a " + value.getClass().getSimpleName();
    };
  }
}
