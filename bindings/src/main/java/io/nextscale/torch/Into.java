package io.nextscale.torch;

/**
 * Element-wise operators that write into memory that is there already, of the result's shape; it
 * may be that of an operand. They have no derivative.
 */
public final class Into {
  private static final Operator MUL = Operator.named("mul", "out");
  private static final Operator DIV = Operator.named("div", "out");
  private static final Operator EXP = Operator.named("exp", "out");

  private Into() {}

  /** Product, rounded to the target's element type. */
  public static void mul(Tensor left, Tensor right, Tensor target) {
    MUL.call().tensor(left).tensor(right).tensor(target).result().close();
  }

  /** Quotient, rounded to the target's element type. */
  public static void div(Tensor left, Tensor right, Tensor target) {
    DIV.call().tensor(left).tensor(right).tensor(target).result().close();
  }

  /** Exponential function. */
  public static void exp(Tensor input, Tensor target) {
    EXP.call().tensor(input).tensor(target).result().close();
  }
}
