package io.nextscale.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * An ATen operator, called by name through libtorch's dispatcher.
 *
 * <p>Arguments are given in the order of the operator's schema, all of them: the dispatcher knows
 * no defaults.
 */
final class Operator {
  private final String displayName;
  private final MemorySegment name;
  private final MemorySegment overload;

  private Operator(String namespace, String name, String overload) {
    this.displayName = overload.isEmpty() ? name : name + "." + overload;
    this.name = Arena.global().allocateFrom(namespace + "::" + name);
    this.overload = Arena.global().allocateFrom(overload);
  }

  static Operator named(String name) {
    return named(name, "");
  }

  static Operator named(String name, String overload) {
    return new Operator("aten", name, overload);
  }

  /** One that is not ATen's own. */
  static Operator in(String namespace, String name) {
    return new Operator(namespace, name, "");
  }

  /** Begins a call on the calling thread; arguments follow, then the invocation. */
  CallStack call() {
    return CallStack.ofThisThread().begin(this);
  }

  MemorySegment name() {
    return name;
  }

  MemorySegment overload() {
    return overload;
  }

  @Override
  public String toString() {
    return displayName;
  }
}
