package io.nextscale.torch;

import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/** Writes the elements of a tensor for people. */
final class TensorText {
  private static final long SHOWN = 1000; // elements; of more, only the edges are shown
  private static final int EDGE = 3;

  private TensorText() {}

  static String of(Tensor tensor) {
    try (TensorScope scope = TensorScope.open()) {
      long[] shape = tensor.shape();
      boolean whole = tensor.numel() <= SHOWN;
      Tensor shown = tensor.to(Device.CPU);
      for (int i = 0; i < shape.length && !whole; i++) {
        if (shape[i] > 2 * EDGE) {
          shown =
              Functional.cat(
                  List.of(shown.narrow(i, 0, EDGE), shown.narrow(i, shape[i] - EDGE, EDGE)), i);
        }
      }
      StringBuilder text = new StringBuilder(tensor.toString()).append('\n');
      append(text, shown.shape(), shape, 0, 0, elements(shown));
      return text.toString();
    }
  }

  private static IntFunction<String> elements(Tensor shown) {
    if (shown.dtype() == DType.BOOL) {
      boolean[] values = shown.toBooleans();
      return i -> String.valueOf(values[i]);
    }
    if (shown.dtype().isFloatingPoint()) {
      double[] values = shown.toDoubles();
      return i -> String.format(Locale.ROOT, "%.5g", values[i]);
    }
    long[] values = shown.toLongs();
    return i -> String.valueOf(values[i]);
  }

  /** Appends the part of {@code dimension} that begins at an index; returns the index behind it. */
  private static int append(
      StringBuilder text,
      long[] shown,
      long[] shape,
      int dimension,
      int index,
      IntFunction<String> elements) {
    if (dimension == shown.length) {
      text.append(elements.apply(index));
      return index + 1;
    }
    boolean last = dimension == shown.length - 1;
    String separator = last ? ", " : ",\n" + " ".repeat(dimension + 1);
    text.append('[');
    for (int i = 0; i < shown[dimension]; i++) {
      if (i > 0) {
        text.append(separator);
      }
      if (i == EDGE && shown[dimension] < shape[dimension]) {
        text.append('…').append(separator);
      }
      index = append(text, shown, shape, dimension + 1, index, elements);
    }
    text.append(']');
    return index;
  }
}
