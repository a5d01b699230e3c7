package io.nextscale.var.nn;

import io.nextscale.torch.Tensor;

/**
 * Holds the latest result of a chain of operations, and frees each result when the next is there:
 * all but the input, which belongs to the caller, and the last.
 */
public final class Latest {
  private final Tensor input;
  private Tensor value;

  /** Begins a chain with its input. */
  public Latest(Tensor input) {
    this.input = input;
    value = input;
  }

  /** The latest result. */
  public Tensor get() {
    return value;
  }

  /** Sets the next result, which was computed from the latest. */
  public void set(Tensor next) {
    if (value != input && value != next) {
      value.close();
    }
    value = next;
  }
}
