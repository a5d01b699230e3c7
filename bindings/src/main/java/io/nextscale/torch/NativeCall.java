package io.nextscale.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call of a function of libtorch's C ABI. It has the memory for arguments and result, makes the
 * message of a failure, and is timed while an {@link OperatorProfile} is open.
 *
 * <pre>{@code
 * NativeCall call = NativeCall.timed();
 * return call.result(
 *     LibTorchAbi.aoti_torch_aten_subtract_Tensor(
 *         call.handle(self), call.handle(other), alpha, call.out()),
 *     "sub", self, other);
 * }</pre>
 *
 * <p>A thread has one such object, used anew by each call, so that calls allocate nothing: a call
 * ends before the next begins. It holds no reference to arguments, which are told at the end for
 * the message: writing a reference into an old object costs the garbage collector's barrier.
 */
public final class NativeCall {
  private static final PerThread<NativeCall> OF_THREAD = new PerThread<>(NativeCall::new);
  private static final long SCRATCH_BYTES = 512;
  private static final long NOT_TIMED = Long.MIN_VALUE;

  private final MemorySegment slot;
  private final CallStack stack;
  private MemorySegment scratch;
  private long used;
  private long start;
  private final List<Tensor> pinned = new ArrayList<>();
  private final @Nullable VirtualThreadMode virtual = VirtualThreadMode.ofThisThread();

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
   * Begins a call of a function that computes nothing, such as one that reads a size. Loads
   * libtorch if that has not happened yet.
   */
  public static NativeCall begin() {
    Torch.library(); // before the first use of the ABI: a symbol is looked up only once
    NativeCall call = OF_THREAD.get();
    call.restart();
    return call;
  }

  /** Begins a call of a function that computes, timed by {@link OperatorProfile}. */
  public static NativeCall timed() {
    NativeCall call = begin();
    call.startClock();
    return call;
  }

  /** Begins a call on this thread, without its clock. */
  void restart() {
    end(); // of a call that was given up
    used = 0;
    start = NOT_TIMED;
    if (virtual != null) {
      virtual.applyToCarrier(slot);
    }
  }

  /** The mode of the calling thread if it is virtual; else the OS thread has it. */
  @Nullable VirtualThreadMode virtual() {
    return virtual;
  }

  void startClock() {
    start = OperatorProfile.active() == null ? NOT_TIMED : System.nanoTime();
  }

  void stopClock(String function) {
    if (start != NOT_TIMED) {
      OperatorProfile profile = OperatorProfile.active();
      if (profile != null) {
        profile.add(function, System.nanoTime() - start);
      }
    }
  }

  /**
   * The handle of an argument, which the call does not consume, valid until the call ends.
   *
   * @throws IllegalStateException if the tensor is closed, or memory that it needs is
   */
  public MemorySegment handle(Tensor tensor) {
    return MemorySegment.ofAddress(pinned(tensor));
  }

  /** Keeps an argument that another thread may close from being freed until the call ends. */
  private long pinned(Tensor tensor) {
    long handle = tensor.pin();
    if (!tensor.isOwn()) {
      pinned.add(tensor);
    }
    return handle;
  }

  /**
   * Returns what keeps the arenas of wrapped memory open during a call, or null if no argument
   * needs such memory.
   */
  public @Nullable HeldMemory held(Tensor first, Tensor second, @Nullable Tensor third) {
    boolean tracked = first.isTracked() || second.isTracked();
    if (third == null) {
      return tracked ? HeldMemory.of(first, second) : null;
    }
    return tracked || third.isTracked() ? HeldMemory.of(first, second, third) : null;
  }

  /** Ends a call that has no result to {@link #check}. */
  void end() {
    if (!pinned.isEmpty()) {
      pinned.forEach(Tensor::unpin);
      pinned.clear();
    }
  }

  /** Returns a pointer to the handle of an argument, or NULL for none. */
  public MemorySegment optional(@Nullable Tensor tensor) {
    if (tensor == null) {
      return MemorySegment.NULL;
    }
    MemorySegment box = scratch(Long.BYTES);
    box.set(ValueLayout.JAVA_LONG, 0, pinned(tensor));
    return box;
  }

  /** Returns a native copy of an array, valid until the next call begins. */
  public MemorySegment longs(long[] values) {
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

  /** Eight bytes for a result that is no tensor; read them before the next call begins. */
  public MemorySegment slot() {
    return slot;
  }

  /**
   * Returns eight bytes for the handle of a new tensor, which the innermost scope of the thread
   * will own.
   *
   * @throws IllegalStateException if no scope is open
   */
  public MemorySegment out() {
    TensorScope.innermost();
    return slot;
  }

  /** Ends a call; as {@link #check(int, String, Object, Object, Object)}. */
  public void check(int code, String function) {
    stopClock(function);
    end();
    if (code != 0) {
      throw failure(function);
    }
  }

  /** Ends a call; as {@link #check(int, String, Object, Object, Object)}. */
  public void check(int code, String function, Object first) {
    stopClock(function);
    end();
    if (code != 0) {
      throw failure(function, first);
    }
  }

  /** Ends a call; as {@link #check(int, String, Object, Object, Object)}. */
  public void check(int code, String function, Object first, Object second) {
    stopClock(function);
    end();
    if (code != 0) {
      throw failure(function, first, second);
    }
  }

  /**
   * Ends a call.
   *
   * @param code returned by the function
   * @param function its name in messages and in the profile
   * @param first an argument, for the message; likewise the others
   * @throws TorchException with libtorch's reason and the arguments, if the code is not 0
   */
  public void check(int code, String function, Object first, Object second, Object third) {
    stopClock(function);
    end();
    if (code != 0) {
      throw failure(function, first, second, third);
    }
  }

  /** The tensor of a call that {@link #check} has ended; {@link #out} was among its arguments. */
  Tensor made() {
    return Tensor.owning(slot.get(ValueLayout.JAVA_LONG, 0), TensorScope.innermost());
  }

  /**
   * Ends a call that made a tensor, and returns it; {@link #out} was among the arguments.
   *
   * @param code returned by the function
   * @param function its name in messages and in the profile
   * @param first an argument, for the message; likewise the second
   * @throws TorchException with libtorch's reason and the arguments, if the code is not 0
   */
  public Tensor result(int code, String function, Object first, Object second) {
    check(code, function, first, second);
    return ResultMemory.inherit(made(), first, second);
  }

  private static TorchException failure(String function, Object... arguments) {
    return Failure.of(function, Failure.reason(), arguments);
  }
}
