package io.nextscale.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One call of a function of libtorch's C ABI. It has the memory for arguments and result, makes the
 * message of a failure, and is timed while an {@link OperatorProfile} is open.
 *
 * <pre>{@code
 * NativeCall call = NativeCall.ofOperator("sub");
 * return call.result(
 *     LibTorchAbi.aoti_torch_aten_subtract_Tensor(
 *         call.tensor(self), call.tensor(other), alpha, call.out()));
 * }</pre>
 *
 * <p>A thread has one such object for all its calls, so that calls allocate nothing; a call ends
 * before the next begins.
 */
public final class NativeCall {
  private static final ThreadLocal<NativeCall> OF_THREAD = ThreadLocal.withInitial(NativeCall::new);
  private static final int MOST_ARGUMENTS = 8;
  private static final long SCRATCH_BYTES = 512;

  private final MemorySegment slot;
  private final CallStack stack;
  private final @Nullable Object[] arguments = new @Nullable Object[MOST_ARGUMENTS];
  private MemorySegment scratch;
  private long used;
  private int count;
  private String function = "";
  private @Nullable TensorScope owner;
  private @Nullable OperatorProfile profile;
  private long start;

  private NativeCall() {
    // small memory that is freed with the thread
    slot = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG);
    scratch = Arena.ofAuto().allocate(SCRATCH_BYTES, Long.BYTES);
    stack = new CallStack(this);
  }

  static NativeCall ofThisThread() {
    return OF_THREAD.get();
  }

  CallStack stack() {
    return stack;
  }

  /**
   * Begins a call of a function that computes nothing, such as one that reads a size; it is not
   * timed. Loads libtorch at the first call.
   *
   * @param function name for messages
   */
  public static NativeCall begin(String function) {
    Torch.library(); // before the first use of the ABI, which finds a symbol only once
    return OF_THREAD.get().restart(function, null);
  }

  /**
   * Begins a call of a function that computes, timed by {@link OperatorProfile}.
   *
   * @param operator its name in messages and in the profile
   */
  public static NativeCall ofOperator(String operator) {
    Torch.library();
    return OF_THREAD.get().restart(operator, OperatorProfile.active());
  }

  NativeCall restart(String name, @Nullable OperatorProfile timing) {
    forget();
    function = name;
    used = 0;
    profile = timing;
    start = timing == null ? 0 : System.nanoTime();
    return this;
  }

  /** Returns the handle of an argument, which the call does not consume. */
  public MemorySegment tensor(Tensor tensor) {
    note(tensor);
    return MemorySegment.ofAddress(tensor.handle());
  }

  /** Returns a pointer to the handle of an argument, or NULL for none. */
  public MemorySegment optional(@Nullable Tensor tensor) {
    if (tensor == null) {
      return MemorySegment.NULL;
    }
    note(tensor);
    MemorySegment box = scratch(Long.BYTES);
    box.set(ValueLayout.JAVA_LONG, 0, tensor.handle());
    return box;
  }

  /** Returns a native copy of an array, valid until the next call begins. */
  public MemorySegment longs(long[] values) {
    note(values);
    MemorySegment copy = scratch((long) values.length * Long.BYTES);
    MemorySegment.copy(values, 0, copy, ValueLayout.JAVA_LONG, 0, values.length);
    return copy;
  }

  /** Returns a text in UTF-8 without a terminator, valid until the next call begins. */
  MemorySegment text(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    MemorySegment copy = scratch(bytes.length);
    MemorySegment.copy(bytes, 0, copy, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return copy;
  }

  /** Returns uninitialized memory, valid until the next call begins. */
  MemorySegment scratch(long bytes) {
    if (scratch.byteSize() - used < bytes) { // callers keep the old memory alive
      scratch = Arena.ofAuto().allocate(Math.max(bytes, 2 * scratch.byteSize()), Long.BYTES);
      used = 0;
    }
    MemorySegment part = scratch.asSlice(used, bytes);
    used += bytes + Long.BYTES - 1 & -Long.BYTES;
    return part;
  }

  /** Keeps an argument for the message of a failure. */
  void note(Object argument) {
    if (count < MOST_ARGUMENTS) {
      arguments[count++] = argument;
    }
  }

  /** Eight bytes for a result that is no tensor, to be read before the next call begins. */
  public MemorySegment slot() {
    return slot;
  }

  /**
   * Returns eight bytes for the handle of a new tensor, which the innermost scope of the thread will
   * own.
   *
   * @throws IllegalStateException if no scope is open
   */
  public MemorySegment out() {
    owner = TensorScope.innermost();
    return slot;
  }

  /** Restarts the clock, after arguments were encoded. */
  void restartClock() {
    if (profile != null) {
      start = System.nanoTime();
    }
  }

  /** Stops the clock. */
  void ended() {
    OperatorProfile timing = profile;
    if (timing != null) {
      timing.add(function, System.nanoTime() - start);
      profile = null;
    }
  }

  /**
   * Ends a call.
   *
   * @param code result of the function
   * @throws TorchException with libtorch's reason and the arguments, if the code is not 0
   */
  public void check(int code) {
    ended();
    if (code != 0) {
      throw failure();
    }
    forget();
  }

  /**
   * Ends a call that made a tensor, and returns it; {@link #out} was among the arguments.
   *
   * @param code result of the function
   * @throws TorchException with libtorch's reason and the arguments, if the code is not 0
   */
  public Tensor result(int code) {
    TensorScope scope = owner;
    check(code);
    if (scope == null) {
      throw new IllegalStateException(function + " was called without out()");
    }
    return Tensor.owning(slot.get(ValueLayout.JAVA_LONG, 0), scope);
  }

  private TorchException failure() {
    String reason = Failure.reason();
    String name = function;
    @Nullable Object[] noted = Arrays.copyOf(arguments, count);
    forget(); // a description of a tensor may call libtorch itself
    return Failure.of(name, reason, noted);
  }

  private void forget() {
    for (int i = 0; i < count; i++) {
      arguments[i] = null;
    }
    count = 0;
    owner = null;
  }
}
