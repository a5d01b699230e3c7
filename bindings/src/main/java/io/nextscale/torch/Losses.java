package io.nextscale.torch;

/** ATen's loss functions and what they are made of; differentiable. */
public final class Losses {
  private static final Operator CROSS_ENTROPY = Operator.named("cross_entropy_loss");
  private static final Operator MSE = Operator.named("mse_loss");
  private static final Operator L1 = Operator.named("l1_loss");
  private static final Operator MEAN = Operator.named("mean");
  private static final Operator DOT = Operator.named("dot");
  private static final Operator RELU = Operator.named("relu");
  // ATen's numbers for what becomes of the single losses: none, their mean
  private static final int EACH = 0;
  private static final int AVERAGED = 1;
  private static final int IGNORED_INDEX = -100;

  private Losses() {}

  /**
   * Mean cross-entropy in nats.
   *
   * @param logits (N, V)
   * @param targets int64 (N), 0 to V − 1
   * @param smoothing share of the target's probability that all classes get, 0 to 1
   * @return 0-dimensional
   */
  public static Tensor crossEntropy(Tensor logits, Tensor targets, double smoothing) {
    return crossEntropy(logits, targets, AVERAGED, smoothing);
  }

  /** Cross-entropy of each row in nats: (N, V) and int64 (N) to (N). */
  public static Tensor crossEntropies(Tensor logits, Tensor targets) {
    return crossEntropy(logits, targets, EACH, 0);
  }

  private static Tensor crossEntropy(
      Tensor logits, Tensor targets, int reduction, double smoothing) {
    return CROSS_ENTROPY
        .call()
        .tensor(logits)
        .tensor(targets)
        .none()
        .integer(reduction)
        .integer(IGNORED_INDEX)
        .real(smoothing)
        .result();
  }

  /** Mean squared difference, 0-dimensional. */
  public static Tensor meanSquared(Tensor left, Tensor right) {
    return MSE.call().tensor(left).tensor(right).integer(AVERAGED).result();
  }

  /** Mean absolute difference, 0-dimensional. */
  public static Tensor meanAbsolute(Tensor left, Tensor right) {
    return L1.call().tensor(left).tensor(right).integer(AVERAGED).result();
  }

  /** Mean of all elements, 0-dimensional. */
  public static Tensor mean(Tensor input) {
    return MEAN.call().tensor(input).none().result();
  }

  /** Sum of products of two vectors, 0-dimensional. */
  public static Tensor dot(Tensor left, Tensor right) {
    return DOT.call().tensor(left).tensor(right).result();
  }

  /** {@code max(x, 0)}. */
  public static Tensor relu(Tensor input) {
    return RELU.call().tensor(input).result();
  }
}
