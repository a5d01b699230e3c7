package io.nextscale.torch;

import io.nextscale.torch.Schema.Type;
import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The arguments and the results of one call of an {@link Operator} through libtorch's dispatcher.
 *
 * <p>Arguments are first noted on the Java side, so that a bad one (a closed tensor) fails before
 * anything native exists. They are then written as 64-bit slots: numbers as their bits, everything
 * else as a handle that the call consumes. If libtorch does not have the operator, the handles are
 * freed here; otherwise the dispatcher owns them, also after a failure. Nothing here compares the
 * arguments with the operator's schema: {@link CheckedCall} does, for operators that anybody names.
 */
final class CallStack {
  /** The encoding of a noted argument as a slot. */
  private enum Kind {
    BITS,
    TENSOR,
    TENSORS,
    OPTIONAL_TENSORS,
    INTEGERS,
    REALS,
    BOOLS,
    TEXT,
    NONE
  }

  private static final int CAPACITY = 40; // arguments of ATen's longest schema: 30

  /**
   * Says what the bits of a number mean, for messages: a call without a failure makes no object.
   */
  private enum NumberKind {
    INTEGER,
    REAL,
    BOOL;

    Object value(long bits) {
      return switch (this) {
        case INTEGER -> bits;
        case REAL -> Double.longBitsToDouble(bits);
        case BOOL -> bits != 0;
      };
    }
  }

  private final NativeCall call;
  private final StableValues values;
  private final Kind[] kinds = new Kind[CAPACITY];
  private final boolean[] boxed = new boolean[CAPACITY];
  private final long[] bits = new long[CAPACITY];
  private final @Nullable Object[] objects = new @Nullable Object[CAPACITY];
  private final MemorySegment slots;
  private @Nullable Operator operator;
  private int count;
  private boolean tracked;

  CallStack(NativeCall call) {
    this.call = call;
    values = new StableValues(call);
    slots = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG, CAPACITY);
  }

  CallStack begin(Operator called) {
    operator = called;
    count = 0;
    tracked = false;
    return this;
  }

  private CallStack note(Kind kind, boolean optional, long value, @Nullable Object object) {
    kinds[count] = kind;
    boxed[count] = optional;
    bits[count] = value;
    objects[count] = object;
    count++;
    return this;
  }

  private CallStack note(Kind kind, @Nullable Object object) {
    return note(kind, false, 0, object);
  }

  /** Adds an argument of type Tensor. */
  CallStack tensor(Tensor tensor) {
    tensor.requireOpen();
    tracked |= tensor.isTracked();
    return note(Kind.TENSOR, tensor);
  }

  /** Adds an argument of type Tensor?. */
  CallStack optional(@Nullable Tensor tensor) {
    return tensor == null ? none() : tensor(tensor).optional();
  }

  /** Makes the last argument, which is present, one of an optional type. */
  CallStack optional() {
    boxed[count - 1] = kinds[count - 1] != Kind.NONE;
    return this;
  }

  /** Adds an argument of type Tensor[], or Tensor?[] if some are null. */
  CallStack tensors(List<? extends @Nullable Tensor> tensors) {
    for (Tensor tensor : tensors) {
      if (tensor != null) {
        tensor.requireOpen();
        tracked |= tensor.isTracked();
      }
    }
    return note(Kind.TENSORS, tensors);
  }

  /** Adds an argument of type Tensor?[]. */
  CallStack optionalTensors(List<? extends @Nullable Tensor> tensors) {
    tensors(tensors);
    kinds[count - 1] = Kind.OPTIONAL_TENSORS;
    return this;
  }

  /** Adds an argument of type int or SymInt. */
  CallStack integer(long value) {
    return note(Kind.BITS, false, value, NumberKind.INTEGER);
  }

  /** Adds an argument of type bool. */
  CallStack bool(boolean value) {
    return note(Kind.BITS, false, value ? 1 : 0, NumberKind.BOOL);
  }

  /** Adds an argument of type float. */
  CallStack real(double value) {
    return note(Kind.BITS, false, Double.doubleToRawLongBits(value), NumberKind.REAL);
  }

  /** Adds an argument of type ScalarType. */
  CallStack dtype(DType type) {
    return note(Kind.BITS, false, type.code(), type);
  }

  /** Adds an argument of type Device. */
  CallStack device(Device device) {
    return note(Kind.BITS, false, (long) device.type().code() << 32 | device.index(), device);
  }

  /** Adds an argument of type int[] or SymInt[]. */
  CallStack integers(long... values) {
    return note(Kind.INTEGERS, values);
  }

  /** Adds an argument of type float[]. */
  CallStack reals(double... values) {
    return note(Kind.REALS, values);
  }

  /** Adds an argument of type bool[]. */
  CallStack bools(boolean... values) {
    return note(Kind.BOOLS, values);
  }

  /** Adds an argument of type str. */
  CallStack string(String value) {
    return note(Kind.TEXT, value);
  }

  /** Adds an absent argument of any optional type. */
  CallStack none() {
    return note(Kind.NONE, null);
  }

  /**
   * Calls an operator with one result, which joins the innermost scope of the thread.
   *
   * @throws TorchException if libtorch refuses
   * @throws IllegalStateException if no scope is open
   */
  Tensor result() {
    List<TensorMemory> memories = invoke();
    Tensor result = owned(slots.getAtIndex(ValueLayout.JAVA_LONG, 0));
    ResultMemory.inherit(result, memories);
    return result;
  }

  /** Calls an operator that returns nothing; else as {@link #result}. */
  void run() {
    invoke();
  }

  /** Calls an operator that returns an integer or a bool; else as {@link #result}. */
  long resultBits() {
    invoke();
    return slots.getAtIndex(ValueLayout.JAVA_LONG, 0);
  }

  /** Calls an operator with several results, all of them tensors; else as {@link #result}. */
  Tensor[] resultTensors(int number) {
    List<TensorMemory> memories = invoke();
    long[] handles = slots.asSlice(0, (long) number * Long.BYTES).toArray(ValueLayout.JAVA_LONG);
    Tensor[] tensors = new Tensor[number];
    for (int i = 0; i < number; i++) {
      tensors[i] = owned(handles[i]);
    }
    for (Tensor tensor : tensors) {
      ResultMemory.inherit(tensor, memories);
    }
    return tensors;
  }

  /** Calls an operator that returns a list of tensors; else as {@link #result}. */
  Tensor[] resultList() {
    List<TensorMemory> memories = invoke();
    Tensor[] tensors = ownedList(slots.getAtIndex(ValueLayout.JAVA_LONG, 0));
    for (Tensor tensor : tensors) {
      ResultMemory.inherit(tensor, memories);
    }
    return tensors;
  }

  /**
   * Calls an operator with results of several types: a {@link Tensor}, null for an undefined one,
   * an array of tensors, a Long, Double, Boolean or {@link DType}.
   *
   * @param types types of the results
   */
  @Nullable Object[] results(List<Schema.Item> types) {
    List<TensorMemory> memories = invoke();
    long[] encoded =
        slots.asSlice(0, (long) types.size() * Long.BYTES).toArray(ValueLayout.JAVA_LONG);
    @Nullable Object[] results = new @Nullable Object[encoded.length];
    for (int i = 0; i < encoded.length; i++) { // all joined to the scope before anything can fail
      Type type = types.get(i).type();
      if (type == Type.TENSOR) {
        results[i] = types.get(i).list() ? ownedList(encoded[i]) : owned(encoded[i]);
      }
    }
    for (int i = 0; i < encoded.length; i++) {
      results[i] =
          switch (types.get(i).type()) {
            case INTEGER -> encoded[i];
            case REAL -> Double.longBitsToDouble(encoded[i]);
            case BOOL -> (encoded[i] & 1) != 0;
            case DTYPE -> DType.of((int) encoded[i]);
            default -> defined(results[i]);
          };
      if (results[i] instanceof Tensor tensor) {
        ResultMemory.inherit(tensor, memories);
      } else if (results[i] instanceof Tensor[] tensors) {
        for (Tensor tensor : tensors) {
          ResultMemory.inherit(tensor, memories);
        }
      }
    }
    return results;
  }

  /** Returns null instead of a tensor that libtorch left undefined. */
  private static @Nullable Object defined(@Nullable Object result) {
    if (result instanceof Tensor tensor && !TensorMetadata.isDefined(tensor)) {
      tensor.close();
      return null;
    }
    return result;
  }

  private static Tensor owned(long handle) {
    return Tensor.owning(handle, TensorScope.innermost());
  }

  private Tensor[] ownedList(long list) {
    long[] handles = values.taken(list);
    Tensor[] tensors = new Tensor[handles.length];
    for (int i = 0; i < tensors.length; i++) {
      tensors[i] = owned(handles[i]);
    }
    return tensors;
  }

  /**
   * Calls the operator. The scope that will own its results is asked for first, so that nothing is
   * computed without one.
   *
   * @return what results may have from the memory of arguments
   */
  private List<TensorMemory> invoke() {
    Operator called = operator;
    if (called == null) {
      throw new IllegalStateException("no operator was begun");
    }
    TensorScope.innermost();
    call.restart();
    int encoded = 0;
    try {
      for (; encoded < count; encoded++) {
        slots.setAtIndex(ValueLayout.JAVA_LONG, encoded, encode(encoded));
      }
    } catch (TorchException | IllegalStateException e) {
      release(encoded);
      throw e;
    }
    List<TensorMemory> memories = tracked ? ResultMemory.of(objects, count) : List.of();
    call.startClock();
    int code =
        memories.isEmpty()
            ? LibTorchAbi.torch_call_dispatcher(
                called.name(), called.overload(), slots, AbiVersion.OF_CALLER)
            : holding(called, memories);
    call.stopClock(called.toString());
    if (code != 0) {
      throw failure(called);
    }
    forget();
    return memories;
  }

  /** Calls the operator while no other thread can close the arenas of its arguments. */
  private int holding(Operator called, List<TensorMemory> memories) {
    try {
      return HeldMemory.of(memories)
          .dispatch(called.name(), called.overload(), slots, AbiVersion.OF_CALLER);
    } catch (IllegalStateException | IllegalArgumentException e) {
      release(count); // not called
      throw e;
    }
  }

  private TorchException failure(Operator called) {
    String reason = Failure.reason();
    @Nullable Object[] arguments = Arrays.copyOf(objects, count);
    for (int i = 0; i < count; i++) {
      if (arguments[i] instanceof NumberKind kind) {
        arguments[i] = kind.value(bits[i]);
      }
    }
    boolean unknown =
        AbiVersion.HAS_REASONS
            ? reason.contains("Could not find schema")
            : !CppFunctions.mayExist(called);
    if (unknown) {
      release(count);
    }
    forget();
    return Failure.of(called.toString(), reason, arguments);
  }

  private long encode(int index) {
    Object object = objects[index];
    long value =
        switch (kinds[index]) {
          case BITS -> bits[index];
          case TENSOR -> values.reference((Tensor) noted(object));
          case TENSORS -> values.tensors((List<?>) noted(object), false);
          case OPTIONAL_TENSORS -> values.tensors((List<?>) noted(object), true);
          case INTEGERS -> values.integers((long[]) noted(object));
          case REALS -> values.reals((double[]) noted(object));
          case BOOLS -> values.bools((boolean[]) noted(object));
          case TEXT -> values.text((String) noted(object));
          case NONE -> 0;
        };
    return boxed[index] ? values.some(value) : value;
  }

  private static Object noted(@Nullable Object object) {
    if (object == null) {
      throw new IllegalStateException("an argument was not noted");
    }
    return object;
  }

  /** Frees the first slots after a call that did not consume them. */
  private void release(int encoded) {
    for (int i = 0; i < encoded; i++) {
      long slot = slots.getAtIndex(ValueLayout.JAVA_LONG, i);
      long value = boxed[i] ? values.unboxed(slot) : slot;
      switch (kinds[i]) {
        case BITS, NONE -> {}
        case TENSOR -> Tensor.delete(value);
        case TENSORS -> values.deleteTensors(value, false);
        case OPTIONAL_TENSORS -> values.deleteTensors(value, true);
        case INTEGERS, REALS, BOOLS -> values.deleteList(value);
        case TEXT -> values.deleteText(value);
      }
    }
    forget();
  }

  private void forget() {
    for (int i = 0; i < count; i++) {
      objects[i] = null;
    }
  }
}
