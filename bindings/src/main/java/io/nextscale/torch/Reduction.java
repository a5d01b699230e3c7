package io.nextscale.torch;

/**
 * ATen's reductions: of all elements to a 0-dimensional tensor, or along one dimension. Sums and
 * products of integers and bools are int64.
 */
public final class Reduction {
  private static final Operator SUM = Operator.named("sum");
  private static final Operator MEAN = Operator.named("mean", "dim");
  private static final Operator PROD = Operator.named("prod");
  private static final Operator MAX = Operator.named("max");
  private static final Operator MIN = Operator.named("min");
  private static final Operator AMAX = Operator.named("amax");
  private static final Operator AMIN = Operator.named("amin");
  private static final Operator AMINMAX = Operator.named("aminmax");
  private static final Operator ALL = Operator.named("all");
  private static final Operator ANY = Operator.named("any");
  private static final Operator VAR = Operator.named("var", "dim");
  private static final Operator STD = Operator.named("std", "dim");
  private static final Operator LOGSUMEXP = Operator.named("logsumexp");
  private static final Operator CUMSUM = Operator.named("cumsum");
  private static final Operator COUNT_NONZERO = Operator.named("count_nonzero");

  private Reduction() {}

  /** Sum of all elements; along one dimension see {@link Functional#sum}. */
  public static Tensor sum(Tensor input) {
    return SUM.call().tensor(input).none().result();
  }

  /** Mean along a dimension. */
  public static Tensor mean(Tensor input, int dimension, boolean keepDimension) {
    return MEAN.call()
        .tensor(input)
        .integers(dimension)
        .optional()
        .bool(keepDimension)
        .none()
        .result();
  }

  /** Product of all elements. */
  public static Tensor prod(Tensor input) {
    return PROD.call().tensor(input).none().result();
  }

  /** Largest element. */
  public static Tensor max(Tensor input) {
    return MAX.call().tensor(input).result();
  }

  /** Smallest element. */
  public static Tensor min(Tensor input) {
    return MIN.call().tensor(input).result();
  }

  /** Smallest and largest element, in this order, read in one pass; both NaN if one is. */
  public static Tensor[] aminmax(Tensor input) {
    return AMINMAX.call().tensor(input).none().bool(false).resultTensors(2);
  }

  /** Largest elements along a dimension. */
  public static Tensor amax(Tensor input, int dimension, boolean keepDimension) {
    return AMAX.call().tensor(input).integers(dimension).bool(keepDimension).result();
  }

  /** Smallest elements along a dimension. */
  public static Tensor amin(Tensor input, int dimension, boolean keepDimension) {
    return AMIN.call().tensor(input).integers(dimension).bool(keepDimension).result();
  }

  /** Whether no element is 0. */
  public static Tensor all(Tensor input) {
    return ALL.call().tensor(input).result();
  }

  /** Whether an element is not 0. */
  public static Tensor any(Tensor input) {
    return ANY.call().tensor(input).result();
  }

  /** Variance along a dimension; {@code unbiased} divides by n − 1 instead of n. */
  public static Tensor var(Tensor input, int dimension, boolean unbiased, boolean keepDimension) {
    return VAR.call()
        .tensor(input)
        .integers(dimension)
        .optional()
        .bool(unbiased)
        .bool(keepDimension)
        .result();
  }

  /** Standard deviation along a dimension; {@code unbiased} divides by n − 1 instead of n. */
  public static Tensor std(Tensor input, int dimension, boolean unbiased, boolean keepDimension) {
    return STD.call()
        .tensor(input)
        .integers(dimension)
        .optional()
        .bool(unbiased)
        .bool(keepDimension)
        .result();
  }

  /** Logarithm of the sum of exponentials along a dimension. */
  public static Tensor logSumExp(Tensor input, int dimension, boolean keepDimension) {
    return LOGSUMEXP.call().tensor(input).integers(dimension).bool(keepDimension).result();
  }

  /** Sums up to each element along a dimension; has the shape of the input. */
  public static Tensor cumsum(Tensor input, int dimension) {
    return CUMSUM.call().tensor(input).integer(dimension).none().result();
  }

  /** Number of elements that are not 0, int64. */
  public static Tensor countNonzero(Tensor input) {
    return COUNT_NONZERO.call().tensor(input).none().result();
  }
}
