package io.nextscale.torch;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The results of an {@link Operator}, in the order of its schema. Tensors belong to the scope in
 * which the operator was called; a target that it wrote is the target itself.
 */
public final class Results {
  private final Schema schema;
  private final @Nullable Object[] values;

  Results(Schema schema, @Nullable Object[] values) {
    this.schema = schema;
    this.values = values;
  }

  /** Number of results. */
  public int size() {
    return values.length;
  }

  /** Whether a result is there: libtorch leaves some undefined, as gradients that nobody wants. */
  public boolean has(int index) {
    return values[checked(index)] != null;
  }

  /** Returns the first result, a tensor. */
  public Tensor tensor() {
    return tensor(0);
  }

  /**
   * Returns a result.
   *
   * @throws IllegalStateException if it is not there, or of another type; so do the other methods
   */
  public Tensor tensor(int index) {
    return as(Tensor.class, index);
  }

  /** Returns the first result, a list of tensors. */
  public Tensor[] tensors() {
    return as(Tensor[].class, 0).clone();
  }

  /** Returns the first result, an integer. */
  public long integer() {
    return as(Long.class, 0);
  }

  /** Returns the first result, a floating-point number. */
  public double real() {
    return as(Double.class, 0);
  }

  /** Returns the first result, a truth value. */
  public boolean bool() {
    return as(Boolean.class, 0);
  }

  /** Returns the first result, an element type. */
  public DType dtype() {
    return as(DType.class, 0);
  }

  private int checked(int index) {
    if (index < 0 || index >= values.length) {
      throw new IndexOutOfBoundsException(
          "result %s of %s: it has %s".formatted(index, schema, values.length));
    }
    return index;
  }

  private <T> T as(Class<T> type, int index) {
    Object value = values[checked(index)];
    if (!type.isInstance(value)) {
      throw new IllegalStateException(
          "result %s of %s is %s, no %s"
              .formatted(
                  index,
                  schema,
                  value == null ? "undefined" : "of type " + schema.results().get(index).text(),
                  type.getSimpleName()));
    }
    return type.cast(value);
  }

  /** Lists the results. */
  @Override
  public String toString() {
    return Arrays.deepToString(values);
  }
}
