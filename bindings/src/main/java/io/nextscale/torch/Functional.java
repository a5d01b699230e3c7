package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * ATen's pure operators under their own names in camelCase, one method each: element-wise,
 * products, reductions, losses, joining and splitting. Differentiable, unless a method says
 * otherwise. Operators of layers are in {@link Layers}, those that write into existing memory in
 * {@link InPlace}.
 *
 * <p>Arguments are forwarded in the order of the operator's schema; nothing is validated or
 * computed here. If libtorch refuses, a method throws {@link TorchException}.
 */
public final class Functional {
  private static final Operator MATMUL = Operator.named("matmul");
  private static final Operator SILU = Operator.named("silu");
  private static final Operator GELU = Operator.named("gelu");
  private static final Operator SOFTMAX = Operator.named("softmax", "int");
  private static final Operator MUL = Operator.named("mul", "Tensor");
  private static final Operator DIV = Operator.named("div", "Tensor");
  private static final Operator MAXIMUM = Operator.named("maximum");
  private static final Operator MINIMUM = Operator.named("minimum");
  private static final Operator EXP = Operator.named("exp");
  private static final Operator SQRT = Operator.named("sqrt");
  private static final Operator LOGADDEXP = Operator.named("logaddexp");
  private static final Operator SUM = Operator.named("sum", "dim_IntList");
  private static final Operator ARGMIN = Operator.named("argmin");
  private static final Operator ARGMAX = Operator.named("argmax");
  private static final Operator WHERE = Operator.named("where", "self");
  private static final Operator CAT = Operator.named("cat");
  private static final Operator UNBIND = Operator.named("unbind", "int");
  private static final Operator RELU = Operator.named("relu");
  private static final Operator DOT = Operator.named("dot");
  private static final Operator MEAN = Operator.named("mean");
  private static final Operator NORM = Operator.named("linalg_norm");
  private static final Operator FOREACH_ADDCMUL = Operator.named("_foreach_addcmul", "Tensor");
  private static final Operator CROSS_ENTROPY = Operator.named("cross_entropy_loss");
  private static final Operator MSE = Operator.named("mse_loss");
  private static final Operator L1 = Operator.named("l1_loss");

  // at::Reduction: the reduction of the losses of all elements
  private static final int NO_REDUCTION = 0;
  private static final int MEAN_REDUCTION = 1;
  private static final int IGNORED_INDEX = -100; // the default of cross_entropy_loss

  private Functional() {}

  /** {@code max(x, 0)}. */
  public static Tensor relu(Tensor input) {
    return RELU.call().tensor(input).result();
  }

  /** {@code x · sigmoid(x)}. */
  public static Tensor silu(Tensor input) {
    return SILU.call().tensor(input).result();
  }

  /**
   * GELU in its tanh form. libtorch keeps some 50 bytes of each call; {@link
   * io.nextscale.torch.cpu.OneDnn#linear} does not.
   */
  public static Tensor geluTanh(Tensor input) {
    return GELU.call().tensor(input).string("tanh").result();
  }

  /** Softmax over one dimension. */
  public static Tensor softmax(Tensor input, int dimension) {
    return SOFTMAX.call().tensor(input).integer(dimension).none().result();
  }

  /**
   * {@code self + alpha · other}, element-wise.
   *
   * @param alpha a whole number if both are integers
   */
  public static Tensor add(Tensor self, Tensor other, double alpha) {
    if (IntegerSum.serves(self, other)) {
      return IntegerSum.of(self, other, alpha);
    }
    // the ABI has a function for differences that takes alpha without a Scalar
    return difference("add", self, other, -alpha);
  }

  /**
   * {@code self − alpha · other}, element-wise.
   *
   * @param alpha a whole number if both are integers
   */
  public static Tensor sub(Tensor self, Tensor other, double alpha) {
    if (IntegerSum.serves(self, other)) {
      return IntegerSum.of(self, other, -alpha);
    }
    return difference("sub", self, other, alpha);
  }

  /** {@code self − alpha · other}, under the name by which the caller knows it. */
  static Tensor difference(String function, Tensor self, Tensor other, double alpha) {
    NativeCall call = NativeCall.timed();
    MemorySegment left = call.handle(self);
    MemorySegment right = call.handle(other);
    int code =
        self.isTracked() || other.isTracked()
            ? HeldMemory.of(self, other).subtract(left, right, alpha, call.out())
            : LibTorchAbi.aoti_torch_aten_subtract_Tensor(left, right, alpha, call.out());
    return call.result(code, function, self, other);
  }

  /** Element-wise product. */
  public static Tensor mul(Tensor left, Tensor right) {
    return MUL.call().tensor(left).tensor(right).result();
  }

  /** Element-wise quotient. */
  public static Tensor div(Tensor left, Tensor right) {
    return DIV.call().tensor(left).tensor(right).result();
  }

  /**
   * {@code self + left · right}, broadcast; in one pass where no gradients are recorded, else as a
   * product and a sum (docs/experiments/0001-modulation-in-one-pass.md). {@code addcmul} has a
   * Scalar argument, which the dispatcher cannot take; the form for lists has a tensor instead, but
   * no derivative.
   */
  public static Tensor addcmul(Tensor self, Tensor left, Tensor right) {
    try (TensorScope scope = TensorScope.open()) {
      if (GradMode.isEnabled()) {
        return scope.keep(self.add(mul(left, right)));
      }
      Tensor one = Tensor.scalar(1).reshape(1);
      return scope.keep(
          FOREACH_ADDCMUL
              .call()
              .tensors(List.of(self))
              .tensors(List.of(left))
              .tensors(List.of(right))
              .tensor(one)
              .resultList()[0]);
    }
  }

  /** Element-wise maximum. */
  public static Tensor maximum(Tensor left, Tensor right) {
    return MAXIMUM.call().tensor(left).tensor(right).result();
  }

  /** Element-wise minimum. */
  public static Tensor minimum(Tensor left, Tensor right) {
    return MINIMUM.call().tensor(left).tensor(right).result();
  }

  /** Exponential function. */
  public static Tensor exp(Tensor input) {
    return EXP.call().tensor(input).result();
  }

  /** {@code log(exp(left) + exp(right))}, which does not overflow. */
  public static Tensor logaddexp(Tensor left, Tensor right) {
    return LOGADDEXP.call().tensor(left).tensor(right).result();
  }

  /** Square root. */
  public static Tensor sqrt(Tensor input) {
    return SQRT.call().tensor(input).result();
  }

  /** {@code left} where {@code condition} (bool) is true, else {@code right}. */
  public static Tensor where(Tensor condition, Tensor left, Tensor right) {
    return WHERE.call().tensor(condition).tensor(left).tensor(right).result();
  }

  /** Matrix product, batched over leading dimensions. */
  public static Tensor matmul(Tensor left, Tensor right) {
    return MATMUL.call().tensor(left).tensor(right).result();
  }

  /** Sum of products of two vectors, 0-dimensional. */
  public static Tensor dot(Tensor left, Tensor right) {
    return DOT.call().tensor(left).tensor(right).result();
  }

  /** Sum over one dimension. */
  public static Tensor sum(Tensor input, int dimension, boolean keepDimension) {
    return SUM.call()
        .tensor(input)
        .integers(dimension)
        .optional()
        .bool(keepDimension)
        .none()
        .result();
  }

  /** Mean of all elements, 0-dimensional. */
  public static Tensor mean(Tensor input) {
    return MEAN.call().tensor(input).none().result();
  }

  /** Euclidean norm along the last dimension, which keeps the size one. */
  public static Tensor norm(Tensor input) {
    return NORM.call().tensor(input).none().integers(-1).optional().bool(true).none().result();
  }

  /** Index of the smallest entry along a dimension, int64. */
  public static Tensor argmin(Tensor input, int dimension) {
    return ARGMIN.call().tensor(input).integer(dimension).optional().bool(false).result();
  }

  /** Index of the largest entry along a dimension, int64. */
  public static Tensor argmax(Tensor input, int dimension) {
    return ARGMAX.call().tensor(input).integer(dimension).optional().bool(false).result();
  }

  /**
   * Mean cross-entropy in nats.
   *
   * @param logits (N, V)
   * @param targets int64 (N), 0 to V − 1
   * @param smoothing label smoothing: share of the target's probability that is spread over all
   *     classes, 0 to 1
   * @return 0-dimensional
   */
  public static Tensor crossEntropyLoss(Tensor logits, Tensor targets, double smoothing) {
    return crossEntropyLoss(logits, targets, MEAN_REDUCTION, smoothing);
  }

  /** Cross-entropy of each row in nats, without reduction: (N, V) and int64 (N) to (N). */
  public static Tensor crossEntropyLosses(Tensor logits, Tensor targets) {
    return crossEntropyLoss(logits, targets, NO_REDUCTION, 0);
  }

  private static Tensor crossEntropyLoss(
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
  public static Tensor mseLoss(Tensor input, Tensor target) {
    return MSE.call().tensor(input).tensor(target).integer(MEAN_REDUCTION).result();
  }

  /** Mean absolute difference, 0-dimensional. */
  public static Tensor l1Loss(Tensor input, Tensor target) {
    return L1.call().tensor(input).tensor(target).integer(MEAN_REDUCTION).result();
  }

  /** Tensors joined along a dimension. */
  public static Tensor cat(List<Tensor> tensors, int dimension) {
    return CAT.call().tensors(tensors).integer(dimension).result();
  }

  /** Slices along a dimension, which disappears; they share memory. */
  public static Tensor[] unbind(Tensor input, int dimension) {
    return UNBIND.call().tensor(input).integer(dimension).resultList();
  }
}
