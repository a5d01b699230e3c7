package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * ATen's operators that write into existing memory: that of an operand, or of a target (ATen's
 * {@code out} variants, here {@code …Out}). They are for optimizers and for inference; none of them
 * has a derivative. Memory that is read-only, as that of a mapped checkpoint, is refused with an
 * {@link IllegalStateException}, views of it included.
 */
public final class InPlace {
  private static final Operator SILU = Operator.named("silu_");
  private static final Operator ZERO = Operator.named("zero_");
  private static final Operator FILL = Operator.named("fill_", "Tensor");
  private static final Operator DIV = Operator.named("div", "out");
  private static final Operator EXP = Operator.named("exp", "out");
  private static final Operator ADAMW = Operator.named("_fused_adamw_");

  private InPlace() {}

  /** Refuses a mapped file that is open for reading only: a write would end the process. */
  static Tensor writable(Tensor target) {
    if (target.isReadOnly()) {
      throw new IllegalStateException(
          "tensor %s is over read-only memory: expected writable memory".formatted(target));
    }
    return target;
  }

  /**
   * {@code x · sigmoid(x)} in the memory of x.
   *
   * @return x
   */
  public static Tensor silu(Tensor x) {
    SILU.call().tensor(writable(x)).result().close();
    return x;
  }

  /** Sets all elements to zero. */
  public static void zero(Tensor target) {
    ZERO.call().tensor(writable(target)).result().close();
  }

  /**
   * Sets all elements to one value.
   *
   * @return the target
   */
  public static Tensor fill(Tensor target, double value) {
    try (TensorScope scope = TensorScope.open()) {
      FILL.call().tensor(writable(target)).tensor(Tensor.scalar(value)).result();
    }
    return target;
  }

  /** {@code target ← source}, broadcast and converted; see {@link Tensor#copyFrom}. */
  static void copy(Tensor target, Tensor source) {
    writable(target);
    NativeCall call = NativeCall.timed();
    MemorySegment written = call.handle(target);
    MemorySegment read = call.handle(source);
    int code =
        target.isTracked() || source.isTracked()
            ? HeldMemory.of(target, source).copy(written, read)
            : LibTorchAbi.aoti_torch_copy_(written, read, 0);
    call.check(code, "copy_", target, source);
    List<TensorMemory> memories = new ArrayList<>();
    ResultMemory.collect(source, memories);
    ResultMemory.extend(target, memories);
  }

  /** {@code target ← target + weight · (end − target)}. */
  public static void lerp(Tensor target, Tensor end, double weight) {
    try (TensorScope scope = TensorScope.open()) {
      target.copyFrom(target.add(end.sub(target), weight));
    }
  }

  /**
   * Writes the quotient into a target.
   *
   * @param target receives the quotient, rounded to its element type; has the quotient's shape; may
   *     be an operand
   * @throws IllegalArgumentException if the target has another shape
   */
  public static void divOut(Tensor left, Tensor right, Tensor target) {
    Shapes.requireTarget("div", target, Shapes.broadcast(left.shape(), right.shape()));
    DIV.call().tensor(left).tensor(right).tensor(writable(target)).result().close();
  }

  /** Writes the exponential function of each element into a target; as {@link #divOut}. */
  public static void expOut(Tensor input, Tensor target) {
    Shapes.requireTarget("exp", target, input.shape());
    EXP.call().tensor(input).tensor(writable(target)).result().close();
  }

  /**
   * Takes one step of AdamW for a list of parameters.
   *
   * @param parameters float32, changed
   * @param gradients one for each, divided by {@code scale}
   * @param means moving averages of the gradients, changed
   * @param squares moving averages of their squares, changed
   * @param steps float32 0-dimensional, one for each: steps taken, this one included
   * @param scale float32 0-dimensional divisor of the gradients, or none for 1
   */
  public static void fusedAdamW(
      List<Tensor> parameters,
      List<Tensor> gradients,
      List<Tensor> means,
      List<Tensor> squares,
      List<Tensor> steps,
      AdamWHyperparameters hyperparameters,
      @Nullable Tensor scale) {
    Stream.of(parameters, means, squares).flatMap(List::stream).forEach(InPlace::writable);
    ADAMW
        .call()
        .tensors(parameters)
        .tensors(gradients)
        .tensors(means)
        .tensors(squares)
        .tensors(List.of())
        .tensors(steps)
        .real(hyperparameters.rate())
        .real(hyperparameters.beta1())
        .real(hyperparameters.beta2())
        .real(hyperparameters.weightDecay())
        .real(hyperparameters.epsilon())
        .bool(false)
        .bool(false)
        .optional(scale)
        .none()
        .run();
  }

  /**
   * Hyperparameters of a step of AdamW.
   *
   * @param rate learning rate
   * @param beta1 decay of the moving average of the gradients
   * @param beta2 decay of the moving average of their squares
   * @param weightDecay share of a weight that is subtracted, times the rate
   * @param epsilon added to the denominator
   */
  public record AdamWHyperparameters(
      double rate, double beta1, double beta2, double weightDecay, double epsilon) {}
}
