package io.nextscale.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * An operator of libtorch, called by name through its dispatcher. It is for operators that {@link
 * Layers}, {@link Functional} and {@link InPlace} do not have.
 *
 * <pre>{@code
 * private static final Operator TANH = Operator.named("tanh");
 *
 * static Tensor tanh(Tensor x) {
 *   return TANH.call().tensor(x).result();
 * }
 * }</pre>
 *
 * <p>Arguments are given in the order of the operator's schema, all of them: the dispatcher knows
 * no defaults, and takes no argument of the type Scalar.
 */
public final class Operator {
  // of this class loader, not global: it is freed when the operators are forgotten
  private static final Arena NAMES = Arena.ofAuto();

  private final String displayName;
  private final MemorySegment name;
  private final MemorySegment overload;

  private Operator(String name, String overload) {
    this.displayName = overload.isEmpty() ? name : name + "." + overload;
    this.name = NAMES.allocateFrom(name.contains("::") ? name : "aten::" + name);
    this.overload = NAMES.allocateFrom(overload);
  }

  /**
   * Names the default overload of an operator; the first call fails if there is none.
   *
   * @param name name in ATen such as {@code matmul}, or with a namespace: {@code mkldnn::_linear}
   */
  public static Operator named(String name) {
    return named(name, "");
  }

  /** Names an overload, such as {@code mul} and {@code Tensor} for {@code aten::mul.Tensor}. */
  public static Operator named(String name, String overload) {
    return new Operator(name, overload);
  }

  /**
   * Begins a call on the calling thread; arguments follow, then the invocation. A thread has one
   * call at a time.
   */
  public CallStack call() {
    return NativeCall.ofThisThread().stack().begin(this);
  }

  MemorySegment name() {
    return name;
  }

  MemorySegment overload() {
    return overload;
  }

  /** Name and overload as in {@code mul.Tensor}. */
  @Override
  public String toString() {
    return displayName;
  }
}
