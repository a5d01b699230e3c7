package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * ATen's operators that change their arguments: what an optimiser needs, and a model where memory
 * is short and no gradient is recorded.
 */
public final class InPlace {
  private static final Operator ADAMW = Operator.named("_fused_adamw_");
  private static final Operator SILU = Operator.named("silu_");
  private static final Operator ZERO = Operator.named("zero_");

  private InPlace() {}

  /**
   * One step of AdamW for a list of parameters.
   *
   * @param parameters float32, changed
   * @param gradients one for each, divided by {@code scale}
   * @param means moving averages of the gradients, changed
   * @param squares moving averages of their squares, changed
   * @param steps float32 0-dimensional, one for each: how many steps were taken, with this one
   * @param scale float32 0-dimensional, what the gradients are to be divided by
   */
  public static void fusedAdamW(
      List<Tensor> parameters,
      List<Tensor> gradients,
      List<Tensor> means,
      List<Tensor> squares,
      List<Tensor> steps,
      AdamWNumbers numbers,
      @Nullable Tensor scale) {
    ADAMW
        .call()
        .tensors(parameters)
        .tensors(gradients)
        .tensors(means)
        .tensors(squares)
        .tensors(List.of())
        .tensors(steps)
        .real(numbers.rate())
        .real(numbers.beta1())
        .real(numbers.beta2())
        .real(numbers.weightDecay())
        .real(numbers.epsilon())
        .bool(false)
        .bool(false)
        .optional(scale)
        .none()
        .run();
  }

  /**
   * The numbers of a step of AdamW.
   *
   * @param rate learning rate
   * @param beta1 decay of the moving average of gradients
   * @param beta2 decay of that of their squares
   * @param weightDecay times the rate: share of a weight that is taken away
   * @param epsilon added to the denominator
   */
  public record AdamWNumbers(
      double rate, double beta1, double beta2, double weightDecay, double epsilon) {}

  /** {@code target ← source}, broadcast and converted. */
  static void copy(Tensor target, Tensor source) {
    OperatorProfile profile = OperatorProfile.active();
    long start = profile == null ? 0 : System.nanoTime();
    int code =
        LibTorchAbi.aoti_torch_copy_(
            MemorySegment.ofAddress(target.handle()), MemorySegment.ofAddress(source.handle()), 0);
    if (profile != null) {
      profile.add("copy_", System.nanoTime() - start);
    }
    if (code != 0) {
      Failure.check(code, "copy_ of " + source + " to " + target);
    }
  }

  /** {@code target ← target + weight · (end − target)}. */
  public static void lerp(Tensor target, Tensor end, double weight) {
    try (TensorScope scope = TensorScope.open()) {
      target.copyFrom(target.addScaled(end.sub(target), weight));
    }
  }

  /**
   * {@code x · sigmoid(x)} in the memory of x.
   *
   * @return x
   */
  public static Tensor silu(Tensor x) {
    SILU.call().tensor(x).result().close();
    return x;
  }

  /** Sets all elements to zero. */
  public static void zero(Tensor target) {
    try (TensorScope scope = TensorScope.open()) {
      ZERO.call().tensor(target).result();
    }
  }
}
