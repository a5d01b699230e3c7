package io.nextscale.torch;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * ATen's operators that pick, place and sort elements. Indices are int64 and checked by libtorch; a
 * mask is bool.
 */
public final class Indexing {
  private static final Operator INDEX = Operator.named("index", "Tensor");
  private static final Operator INDEX_SELECT = Operator.named("index_select");
  private static final Operator GATHER = Operator.named("gather");
  private static final Operator SCATTER = Operator.named("scatter", "src");
  private static final Operator MASKED_SELECT = Operator.named("masked_select");
  private static final Operator MASKED_FILL = Operator.named("masked_fill", "Tensor");
  private static final Operator NONZERO = Operator.named("nonzero");
  private static final Operator SLICE = Operator.named("slice", "Tensor");
  private static final Operator FLIP = Operator.named("flip");
  private static final Operator TRIL = Operator.named("tril");
  private static final Operator SORT = Operator.named("sort", "stable");
  private static final Operator ARGSORT = Operator.named("argsort", "stable");
  private static final Operator TOPK = Operator.named("topk");
  private static final Operator UNIQUE = Operator.named("_unique2");

  private Indexing() {}

  /**
   * Values with the indices that they had.
   *
   * @param values the values
   * @param indices int64, of the same shape
   */
  public record Indexed(Tensor values, Tensor indices) {}

  /**
   * {@code input[indices]}: one tensor of indices, or a mask, for each dimension from the first;
   * null takes a dimension whole.
   */
  public static Tensor index(Tensor input, List<? extends @Nullable Tensor> indices) {
    return INDEX.call().tensor(input).optionalTensors(indices).result();
  }

  /** Entries along a dimension at 1-dimensional indices. */
  public static Tensor indexSelect(Tensor input, int dimension, Tensor indices) {
    return INDEX_SELECT.call().tensor(input).integer(dimension).tensor(indices).result();
  }

  /** Elements at indices along a dimension, one for each index. */
  public static Tensor gather(Tensor input, int dimension, Tensor indices) {
    return GATHER.call().tensor(input).integer(dimension).tensor(indices).bool(false).result();
  }

  /** The input with elements of {@code source} at indices along a dimension. */
  public static Tensor scatter(Tensor input, int dimension, Tensor indices, Tensor source) {
    return SCATTER.call().tensor(input).integer(dimension).tensor(indices).tensor(source).result();
  }

  /** Elements where a mask is true, 1-dimensional. */
  public static Tensor maskedSelect(Tensor input, Tensor mask) {
    return MASKED_SELECT.call().tensor(input).tensor(mask).result();
  }

  /** The input with a number where a mask is true. */
  public static Tensor maskedFill(Tensor input, Tensor mask, Number value) {
    try (Tensor number = Promotion.tensor(value, input)) {
      return MASKED_FILL.call().tensor(input).tensor(mask).tensor(number).result();
    }
  }

  /** Indices of the elements that are not 0, (count, dimensions). */
  public static Tensor nonzero(Tensor input) {
    return NONZERO.call().tensor(input).result();
  }

  /**
   * Every {@code step}th entry along a dimension from {@code start} to before {@code end}; negative
   * ones count from the end; shares memory.
   */
  public static Tensor slice(Tensor input, int dimension, long start, long end, long step) {
    return SLICE
        .call()
        .tensor(input)
        .integer(dimension)
        .integer(start)
        .optional()
        .integer(end)
        .optional()
        .integer(step)
        .result();
  }

  /** The matrices of the last two dimensions, with zeros above the diagonal. */
  public static Tensor tril(Tensor input) {
    return TRIL.call().tensor(input).integer(0).result();
  }

  /** The entries along a dimension in reverse order. */
  public static Tensor flip(Tensor input, int dimension) {
    return FLIP.call().tensor(input).integers(dimension).result();
  }

  /** Elements sorted along a dimension; equal ones keep their order. */
  public static Indexed sort(Tensor input, int dimension, boolean descending) {
    return indexed(
        SORT.call().tensor(input).bool(true).optional().integer(dimension).bool(descending));
  }

  /** Indices that sort along a dimension; equal elements keep their order. */
  public static Tensor argsort(Tensor input, int dimension, boolean descending) {
    return ARGSORT.call().tensor(input).bool(true).integer(dimension).bool(descending).result();
  }

  /** The {@code k} largest elements along a dimension, the largest first. */
  public static Indexed topk(Tensor input, long k, int dimension) {
    return indexed(TOPK.call().tensor(input).integer(k).integer(dimension).bool(true).bool(true));
  }

  /** The distinct elements, sorted, 1-dimensional. */
  public static Tensor unique(Tensor input) {
    Tensor[] results =
        UNIQUE.call().tensor(input).bool(true).bool(false).bool(false).resultTensors(3);
    results[1].close();
    results[2].close();
    return results[0];
  }

  private static Indexed indexed(CallStack call) {
    Tensor[] results = call.resultTensors(2);
    return new Indexed(results[0], results[1]);
  }
}
