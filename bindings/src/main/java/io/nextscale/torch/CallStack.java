package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one place that encodes arguments for libtorch's dispatcher and decodes its results.
 *
 * <p>Arguments are first noted on the Java side, so that a bad one (a closed tensor) fails before
 * anything native exists. They are then written as 64-bit slots: numbers as their bits, everything
 * else as a handle that the call consumes. If the call fails before it took them (an operator that
 * libtorch does not have) they are freed here; once an operator is found, the dispatcher owns them
 * whatever happens.
 */
final class CallStack {
  /** How a noted argument becomes a slot. */
  private enum Kind {
    BITS,
    TENSOR,
    TENSORS,
    INTEGERS,
    STRING,
    NONE,
    OPTIONAL_BITS,
    OPTIONAL_TENSOR,
    OPTIONAL_INTEGERS,
    OPTIONAL_REALS
  }

  private static final ThreadLocal<CallStack> OF_THREAD = ThreadLocal.withInitial(CallStack::new);
  private static final int CAPACITY = 24;
  private static final long ABI_VERSION = 2L << 56 | 13L << 48;

  private final Kind[] kinds = new Kind[CAPACITY];
  private final long[] bits = new long[CAPACITY];
  private final @Nullable Object[] objects = new @Nullable Object[CAPACITY];
  private final MemorySegment slots;
  private final MemorySegment out;
  private @Nullable Operator operator;
  private int count;

  private CallStack() {
    // freed with the thread: one small block for each thread that ever called an operator
    Arena arena = Arena.ofAuto();
    slots = arena.allocate(ValueLayout.JAVA_LONG, CAPACITY);
    out = arena.allocate(ValueLayout.JAVA_LONG);
  }

  static CallStack ofThisThread() {
    return OF_THREAD.get();
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

  CallStack tensor(Tensor tensor) {
    return note(Kind.TENSOR, tensor.handle(), tensor);
  }

  CallStack optional(@Nullable Tensor tensor) {
    return tensor == null ? none() : note(Kind.OPTIONAL_TENSOR, tensor.handle(), tensor);
  }

  CallStack tensors(List<Tensor> tensors) {
    tensors.forEach(Tensor::handle);
    return note(Kind.TENSORS, 0, tensors);
  }

  CallStack integer(long value) {
    return note(Kind.BITS, value, null);
  }

  CallStack bool(boolean value) {
    return note(Kind.BITS, value ? 1 : 0, null);
  }

  CallStack real(double value) {
    return note(Kind.BITS, Double.doubleToRawLongBits(value), null);
  }

  CallStack dtype(DType type) {
    return note(Kind.BITS, type.code(), null);
  }

  CallStack optionalInteger(long value) {
    return note(Kind.OPTIONAL_BITS, value, null);
  }

  CallStack optionalReal(double value) {
    return note(Kind.OPTIONAL_BITS, Double.doubleToRawLongBits(value), null);
  }

  CallStack device(Device device) {
    return note(Kind.BITS, (long) device.type().code() << 32 | device.index(), null);
  }

  CallStack integers(long... values) {
    return note(Kind.INTEGERS, 0, values);
  }

  CallStack optionalIntegers(long... values) {
    return note(Kind.OPTIONAL_INTEGERS, 0, values);
  }

  CallStack optionalReals(double... values) {
    return note(Kind.OPTIONAL_REALS, 0, values);
  }

  CallStack string(String value) {
    return note(Kind.STRING, 0, value);
  }

  CallStack none() {
    return note(Kind.NONE, 0, null);
  }

  /** Calls the operator and returns its one result. */
  Tensor result() {
    TensorScope scope = invoke();
    return Tensor.owning(slots.getAtIndex(ValueLayout.JAVA_LONG, 0), scope);
  }

  /** Calls an operator that returns nothing. */
  void run() {
    invoke();
  }

  /** Calls an operator that returns a list of tensors. */
  Tensor[] resultList() {
    TensorScope scope = invoke();
    MemorySegment list = MemorySegment.ofAddress(slots.getAtIndex(ValueLayout.JAVA_LONG, 0));
    check(LibTorchAbi.torch_list_size(list, out));
    Tensor[] tensors = new Tensor[Math.toIntExact(out.get(ValueLayout.JAVA_LONG, 0))];
    for (int i = 0; i < tensors.length; i++) {
      check(LibTorchAbi.torch_list_get_item(list, i, out));
      tensors[i] = Tensor.owning(out.get(ValueLayout.JAVA_LONG, 0), scope);
    }
    check(LibTorchAbi.torch_delete_list(list));
    return tensors;
  }

  /**
   * Calls the operator; the scope that owns its results is asked for first: without one nothing is
   * computed.
   */
  private TensorScope invoke() {
    Operator called = operator;
    if (called == null) {
      throw new IllegalStateException("no operator was begun");
    }
    TensorScope scope = TensorScope.innermost();
    int encoded = 0;
    try {
      for (; encoded < count; encoded++) {
        slots.setAtIndex(ValueLayout.JAVA_LONG, encoded, encode(encoded));
      }
    } catch (TorchException e) {
      release(encoded);
      throw e;
    }
    OperatorProfile profile = OperatorProfile.active();
    long start = profile == null ? 0 : System.nanoTime();
    int code =
        LibTorchAbi.torch_call_dispatcher(called.name(), called.overload(), slots, ABI_VERSION);
    if (profile != null) {
      profile.add(called.toString(), System.nanoTime() - start);
    }
    if (code != 0) {
      String reason = Failure.reason();
      if (reason.contains("Could not find schema")) {
        release(count);
      }
      throw new TorchException(called + " failed: " + reason + "; arguments: " + describe());
    }
    forget();
    return scope;
  }

  private long encode(int index) {
    Object object = objects[index];
    return switch (kinds[index]) {
      case BITS -> bits[index];
      case TENSOR -> copyOfHandle(bits[index]);
      case TENSORS -> newTensorList(object);
      case INTEGERS -> newIntegerList((long[]) requireObject(object));
      case STRING -> newString((String) requireObject(object));
      case NONE -> 0;
      case OPTIONAL_BITS -> some(bits[index]);
      case OPTIONAL_TENSOR -> some(copyOfHandle(bits[index]));
      case OPTIONAL_INTEGERS -> some(newIntegerList((long[]) requireObject(object)));
      case OPTIONAL_REALS -> some(newRealList((double[]) requireObject(object)));
    };
  }

  private static Object requireObject(@Nullable Object object) {
    if (object == null) {
      throw new IllegalStateException("an argument was not noted");
    }
    return object;
  }

  /** Frees the first slots after a call that did not take them. */
  private void release(int encoded) {
    for (int i = 0; i < encoded; i++) {
      long slot = slots.getAtIndex(ValueLayout.JAVA_LONG, i);
      switch (kinds[i]) {
        case BITS, NONE -> {}
        case TENSOR -> Tensor.deleteHandle(slot);
        case TENSORS -> deleteTensorList(slot);
        case INTEGERS -> check(LibTorchAbi.torch_delete_list(MemorySegment.ofAddress(slot)));
        case STRING -> check(LibTorchAbi.torch_delete_string(MemorySegment.ofAddress(slot)));
        case OPTIONAL_BITS, OPTIONAL_TENSOR, OPTIONAL_INTEGERS, OPTIONAL_REALS -> {
          MemorySegment box = MemorySegment.ofAddress(slot);
          long content = box.reinterpret(8).get(ValueLayout.JAVA_LONG, 0);
          if (kinds[i] == Kind.OPTIONAL_TENSOR) {
            Tensor.deleteHandle(content);
          } else if (kinds[i] != Kind.OPTIONAL_BITS) {
            check(LibTorchAbi.torch_delete_list(MemorySegment.ofAddress(content)));
          }
          check(LibTorchAbi.torch_delete_stable_ivalue(box));
        }
      }
    }
    forget();
  }

  private void deleteTensorList(long slot) {
    MemorySegment list = MemorySegment.ofAddress(slot);
    check(LibTorchAbi.torch_list_size(list, out));
    long size = out.get(ValueLayout.JAVA_LONG, 0);
    for (long i = 0; i < size; i++) {
      check(LibTorchAbi.torch_list_get_item(list, i, out));
      Tensor.deleteHandle(out.get(ValueLayout.JAVA_LONG, 0));
    }
    check(LibTorchAbi.torch_delete_list(list));
  }

  private void forget() {
    for (int i = 0; i < count; i++) {
      objects[i] = null;
    }
  }

  private long copyOfHandle(long handle) {
    check(LibTorchAbi.aoti_torch_new_tensor_handle(MemorySegment.ofAddress(handle), out));
    return out.get(ValueLayout.JAVA_LONG, 0);
  }

  private long some(long value) {
    check(LibTorchAbi.torch_new_stable_ivalue(out));
    MemorySegment box = out.get(ValueLayout.ADDRESS, 0);
    box.reinterpret(8).set(ValueLayout.JAVA_LONG, 0, value);
    return box.address();
  }

  private MemorySegment newList(long size) {
    check(LibTorchAbi.torch_new_list_reserve_size(size, out));
    return out.get(ValueLayout.ADDRESS, 0);
  }

  private long newIntegerList(long[] values) {
    MemorySegment list = newList(values.length);
    for (long value : values) {
      check(LibTorchAbi.torch_list_push_back(list, value));
    }
    return list.address();
  }

  private long newRealList(double[] values) {
    MemorySegment list = newList(values.length);
    for (double value : values) {
      check(LibTorchAbi.torch_list_push_back(list, Double.doubleToRawLongBits(value)));
    }
    return list.address();
  }

  private long newTensorList(@Nullable Object tensors) {
    List<?> list = (List<?>) requireObject(tensors);
    MemorySegment handles = newList(list.size());
    for (Object tensor : list) {
      long copy = copyOfHandle(((Tensor) tensor).handle());
      check(LibTorchAbi.torch_list_push_back(handles, copy));
    }
    return handles.address();
  }

  private long newString(String value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(value);
      check(LibTorchAbi.torch_new_string_handle(text, text.byteSize() - 1, out));
      return out.get(ValueLayout.JAVA_LONG, 0);
    }
  }

  private void check(int code) {
    if (code != 0) { // the message is made only when it is needed: this runs for every argument
      Failure.check(code, "encoding the arguments of " + operator);
    }
  }

  private String describe() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : ", ");
      Object object = objects[i];
      switch (object) {
        case null -> text.append(kinds[i] == Kind.NONE ? "none" : "number");
        case long[] values -> text.append(java.util.Arrays.toString(values));
        case double[] values -> text.append(java.util.Arrays.toString(values));
        default -> text.append(object);
      }
    }
    forget();
    return text.toString();
  }
}
