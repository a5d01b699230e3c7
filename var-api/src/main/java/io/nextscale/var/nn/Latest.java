package io.nextscale.var.nn;

import io.nextscale.torch.Tensor;

/**
 * The latest result of a chain of operations. It frees each result as soon as the next is there:
 * all but the input, which is its caller's, and the last one.
 */
public final class Latest {
  private final Tensor input;
  private Tensor value;

  /** Begins a chain. */
  public Latest(Tensor input) {
    this.input = input;
    value = input;
  }

  /** The latest result. */
  public Tensor get() {
    return value;
  }

  /** Takes the next result, made of the latest. */
  public void set(Tensor next) {
    if (value != input && value != next) {
      value.close();
    }
    value = next;
  }
}
