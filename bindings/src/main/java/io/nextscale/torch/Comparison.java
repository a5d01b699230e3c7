package io.nextscale.torch;

/**
 * ATen's comparisons and logical operators: element-wise, broadcast, with a bool result. A number
 * takes part in type promotion as in PyTorch.
 */
public final class Comparison {
  private static final Operator EQ = Operator.named("eq", "Tensor");
  private static final Operator NE = Operator.named("ne", "Tensor");
  private static final Operator LT = Operator.named("lt", "Tensor");
  private static final Operator LE = Operator.named("le", "Tensor");
  private static final Operator GT = Operator.named("gt", "Tensor");
  private static final Operator GE = Operator.named("ge", "Tensor");
  private static final Operator AND = Operator.named("logical_and");
  private static final Operator OR = Operator.named("logical_or");
  private static final Operator NOT = Operator.named("logical_not");
  private static final Operator IS_NAN = Operator.named("isnan");
  private static final Operator EQUAL = Operator.named("equal");
  private static final Operator ALL_CLOSE = Operator.named("allclose");

  private Comparison() {}

  private static Tensor apply(Operator operator, Tensor left, Tensor right) {
    return operator.call().tensor(left).tensor(right).result();
  }

  private static Tensor apply(Operator operator, Tensor left, Number right) {
    try (Tensor number = Promotion.tensor(right, left)) {
      return apply(operator, left, number);
    }
  }

  /** Whether elements are equal. */
  public static Tensor eq(Tensor left, Tensor right) {
    return apply(EQ, left, right);
  }

  /** Whether elements are equal to a number. */
  public static Tensor eq(Tensor left, Number right) {
    return apply(EQ, left, right);
  }

  /** Whether elements differ. */
  public static Tensor ne(Tensor left, Tensor right) {
    return apply(NE, left, right);
  }

  /** Whether elements differ from a number. */
  public static Tensor ne(Tensor left, Number right) {
    return apply(NE, left, right);
  }

  /** Whether {@code left < right}. */
  public static Tensor lt(Tensor left, Tensor right) {
    return apply(LT, left, right);
  }

  /** Whether {@code left < right}. */
  public static Tensor lt(Tensor left, Number right) {
    return apply(LT, left, right);
  }

  /** Whether {@code left ≤ right}. */
  public static Tensor le(Tensor left, Tensor right) {
    return apply(LE, left, right);
  }

  /** Whether {@code left ≤ right}. */
  public static Tensor le(Tensor left, Number right) {
    return apply(LE, left, right);
  }

  /** Whether {@code left > right}. */
  public static Tensor gt(Tensor left, Tensor right) {
    return apply(GT, left, right);
  }

  /** Whether {@code left > right}. */
  public static Tensor gt(Tensor left, Number right) {
    return apply(GT, left, right);
  }

  /** Whether {@code left ≥ right}. */
  public static Tensor ge(Tensor left, Tensor right) {
    return apply(GE, left, right);
  }

  /** Whether {@code left ≥ right}. */
  public static Tensor ge(Tensor left, Number right) {
    return apply(GE, left, right);
  }

  /** Whether both are not 0. */
  public static Tensor logicalAnd(Tensor left, Tensor right) {
    return apply(AND, left, right);
  }

  /** Whether one of them is not 0. */
  public static Tensor logicalOr(Tensor left, Tensor right) {
    return apply(OR, left, right);
  }

  /** Whether elements are 0. */
  public static Tensor logicalNot(Tensor input) {
    return NOT.call().tensor(input).result();
  }

  /** Whether elements are NaN. */
  public static Tensor isNan(Tensor input) {
    return IS_NAN.call().tensor(input).result();
  }

  /** Whether both have the same shape and elements. */
  public static boolean equal(Tensor left, Tensor right) {
    return (EQUAL.call().tensor(left).tensor(right).resultBits() & 1) != 0;
  }

  /**
   * Whether {@code |left − right| ≤ absolute + relative · |right|} for all elements; NaN is close
   * to nothing.
   */
  public static boolean allClose(Tensor left, Tensor right, double relative, double absolute) {
    long bits =
        ALL_CLOSE
            .call()
            .tensor(left)
            .tensor(right)
            .real(relative)
            .real(absolute)
            .bool(false)
            .resultBits();
    return (bits & 1) != 0;
  }
}
