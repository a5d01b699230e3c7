package io.nextscale.torch;

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
 * freed here; otherwise the dispatcher owns them, also after a failure.
 */
public final class CallStack {
  /** The encoding of a noted argument as a slot. */
  private enum Kind {
    BITS,
    TENSOR,
    TENSORS,
    INTEGERS,
    TEXT,
    NONE,
    OPTIONAL_BITS,
    OPTIONAL_TENSOR,
    OPTIONAL_INTEGERS,
    OPTIONAL_REALS
  }

  private static final int CAPACITY = 24;
  // name of a number in a message: its bits do not tell whether it is an integer
  private static final Object NUMBER = "number";

  private final NativeCall call;
  private final StableValues values;
  private final Kind[] kinds = new Kind[CAPACITY];
  private final long[] bits = new long[CAPACITY];
  private final @Nullable Object[] objects = new @Nullable Object[CAPACITY];
  private final MemorySegment slots;
  private @Nullable Operator operator;
  private int count;

  CallStack(NativeCall call) {
    this.call = call;
    values = new StableValues(call);
    slots = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG, CAPACITY);
  }

  CallStack begin(Operator called) {
    operator = called;
    count = 0;
    return this;
  }

  private CallStack note(Kind kind, long value, @Nullable Object object) {
    kinds[count] = kind;
    bits[count] = value;
    objects[count] = object;
    count++;
    return this;
  }

  /** Adds an argument of type Tensor. */
  public CallStack tensor(Tensor tensor) {
    return note(Kind.TENSOR, tensor.handle(), tensor);
  }

  /** Adds an argument of type Tensor?. */
  public CallStack optional(@Nullable Tensor tensor) {
    return tensor == null ? none() : note(Kind.OPTIONAL_TENSOR, tensor.handle(), tensor);
  }

  /** Adds an argument of type Tensor[]. */
  public CallStack tensors(List<Tensor> tensors) {
    tensors.forEach(Tensor::handle);
    return note(Kind.TENSORS, 0, tensors);
  }

  /** Adds an argument of type int or SymInt. */
  public CallStack integer(long value) {
    return note(Kind.BITS, value, NUMBER);
  }

  /** Adds an argument of type bool. */
  public CallStack bool(boolean value) {
    return note(Kind.BITS, value ? 1 : 0, NUMBER);
  }

  /** Adds an argument of type float. */
  public CallStack real(double value) {
    return note(Kind.BITS, Double.doubleToRawLongBits(value), NUMBER);
  }

  /** Adds an argument of type ScalarType. */
  public CallStack dtype(DType type) {
    return note(Kind.BITS, type.code(), type);
  }

  /** Adds an argument of type Device. */
  public CallStack device(Device device) {
    return note(Kind.BITS, (long) device.type().code() << 32 | device.index(), device);
  }

  /** Adds an argument of type int?, present. */
  public CallStack optionalInteger(long value) {
    return note(Kind.OPTIONAL_BITS, value, NUMBER);
  }

  /** Adds an argument of type float?, present. */
  public CallStack optionalReal(double value) {
    return note(Kind.OPTIONAL_BITS, Double.doubleToRawLongBits(value), NUMBER);
  }

  /** Adds an argument of type int[] or SymInt[]. */
  public CallStack integers(long... values) {
    return note(Kind.INTEGERS, 0, values);
  }

  /** Adds an argument of type int[]? or SymInt[]?, present. */
  public CallStack optionalIntegers(long... values) {
    return note(Kind.OPTIONAL_INTEGERS, 0, values);
  }

  /** Adds an argument of type float[]?, present. */
  public CallStack optionalReals(double... values) {
    return note(Kind.OPTIONAL_REALS, 0, values);
  }

  /** Adds an argument of type str. */
  public CallStack string(String value) {
    return note(Kind.TEXT, 0, value);
  }

  /** Adds an absent argument of any optional type. */
  public CallStack none() {
    return note(Kind.NONE, 0, null);
  }

  /**
   * Calls an operator with one result, which joins the innermost scope of the thread.
   *
   * @throws TorchException if libtorch refuses
   * @throws IllegalStateException if no scope is open
   */
  public Tensor result() {
    TensorScope scope = invoke();
    return Tensor.owning(slots.getAtIndex(ValueLayout.JAVA_LONG, 0), scope);
  }

  /** Calls an operator that returns several tensors; else as {@link #result}. */
  public Tensor[] results(int number) {
    TensorScope scope = invoke();
    Tensor[] tensors = new Tensor[number];
    for (int i = 0; i < number; i++) {
      tensors[i] = Tensor.owning(slots.getAtIndex(ValueLayout.JAVA_LONG, i), scope);
    }
    return tensors;
  }

  /** Calls an operator that returns nothing; else as {@link #result}. */
  public void run() {
    invoke();
  }

  /** Calls an operator that returns a list of tensors; else as {@link #result}. */
  public Tensor[] resultList() {
    TensorScope scope = invoke();
    long[] handles = values.taken(slots.getAtIndex(ValueLayout.JAVA_LONG, 0));
    Tensor[] tensors = new Tensor[handles.length];
    for (int i = 0; i < tensors.length; i++) {
      tensors[i] = Tensor.owning(handles[i], scope);
    }
    return tensors;
  }

  /** Calls an operator that returns several tensors; else as {@link #result}. */
  public Tensor[] results(int results) {
    TensorScope scope = invoke();
    Tensor[] tensors = new Tensor[results];
    for (int i = 0; i < results; i++) {
      tensors[i] = Tensor.owning(slots.getAtIndex(ValueLayout.JAVA_LONG, i), scope);
    }
    return tensors;
  }

  /**
   * Calls the operator. The scope that will own its results is found first, so that nothing is
   * computed without one.
   */
  private TensorScope invoke() {
    Operator called = operator;
    if (called == null) {
      throw new IllegalStateException("no operator was begun");
    }
    TensorScope scope = TensorScope.innermost();
    call.restart();
    int encoded = 0;
    try {
      for (; encoded < count; encoded++) {
        slots.setAtIndex(ValueLayout.JAVA_LONG, encoded, encode(encoded));
      }
    } catch (TorchException e) {
      release(encoded);
      throw e;
    }
    call.startClock();
    int code =
        LibTorchAbi.torch_call_dispatcher(
            called.name(), called.overload(), slots, AbiVersion.OF_CALLER);
    call.stopClock(called.toString());
    if (code != 0) {
      throw failure(called);
    }
    forget();
    return scope;
  }

  private TorchException failure(Operator called) {
    String reason = Failure.reason();
    @Nullable Object[] arguments = Arrays.copyOf(objects, count);
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
    return switch (kinds[index]) {
      case BITS -> bits[index];
      case TENSOR -> values.reference(bits[index]);
      case TENSORS -> values.tensors((List<?>) noted(object));
      case INTEGERS -> values.integers((long[]) noted(object));
      case TEXT -> values.text((String) noted(object));
      case NONE -> 0;
      case OPTIONAL_BITS -> values.some(bits[index]);
      case OPTIONAL_TENSOR -> values.some(values.reference(bits[index]));
      case OPTIONAL_INTEGERS -> values.some(values.integers((long[]) noted(object)));
      case OPTIONAL_REALS -> values.some(values.reals((double[]) noted(object)));
    };
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
      switch (kinds[i]) {
        case BITS, NONE -> {}
        case TENSOR -> Tensor.deleteHandle(slot);
        case TENSORS -> values.deleteTensors(slot);
        case INTEGERS -> values.deleteList(slot);
        case TEXT -> values.deleteText(slot);
        case OPTIONAL_BITS -> values.unboxed(slot);
        case OPTIONAL_TENSOR -> Tensor.deleteHandle(values.unboxed(slot));
        case OPTIONAL_INTEGERS, OPTIONAL_REALS -> values.deleteList(values.unboxed(slot));
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
