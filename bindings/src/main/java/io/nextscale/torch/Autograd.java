package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;

/**
 * Gradients: the tensors that collect them, and the pass that computes them. Operators are recorded
 * while {@link GradMode} is enabled on the calling thread.
 */
public final class Autograd {
  private static final Operator BACKWARD = Operator.named("_backward");
  private static final Operator DETACH = Operator.named("detach");

  private Autograd() {}

  /**
   * Makes a tensor a leaf that collects gradients.
   *
   * @param leaf floating-point, not computed from others
   * @return the same tensor
   */
  public static Tensor parameter(Tensor leaf) {
    NativeCall call = NativeCall.begin("set_requires_grad");
    call.check(LibTorchAbi.torch_set_requires_grad(call.tensor(leaf), true));
    return leaf;
  }

  /** Adds the gradients of a loss of one element to those that its parameters hold already. */
  public static void backward(Tensor loss) {
    BACKWARD.call().tensor(loss).tensors(List.of()).none().none().bool(false).run();
  }

  /**
   * The gradient that a parameter holds, or nothing if no backward pass has reached it. It is the
   * parameter's own: the next pass adds to it.
   */
  public static Optional<Tensor> gradient(Tensor parameter) {
    NativeCall call = NativeCall.begin("gradient");
    // the memory behind a handle begins with the pointer to the TensorImpl
    MemorySegment handle = call.tensor(parameter).reinterpret(Long.BYTES);
    MemorySegment borrowed =
        LibTorchAbi._ZNK3c1010TensorImpl4gradEv(handle.get(ValueLayout.ADDRESS, 0));
    call.check(LibTorchAbi.aoti_torch_is_defined(borrowed, call.slot()));
    return call.slot().get(ValueLayout.JAVA_BOOLEAN, 0)
        ? Optional.of(TensorFactory.share(borrowed))
        : Optional.empty();
  }

  /** The same values, through which no gradient flows; shares memory. */
  public static Tensor detach(Tensor input) {
    return DETACH.call().tensor(input).result();
  }
}
