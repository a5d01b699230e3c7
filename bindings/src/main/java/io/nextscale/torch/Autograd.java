package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;

/**
 * Collects gradients in tensors, and computes them in a backward pass. Operators are recorded while
 * {@link GradMode} is enabled on the calling thread.
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
    NativeCall call = NativeCall.begin();
    call.check(
        LibTorchAbi.torch_set_requires_grad(call.handle(leaf), true), "set_requires_grad", leaf);
    return leaf;
  }

  /** Computes the gradients of a loss of one element and adds them to those of its parameters. */
  public static void backward(Tensor loss) {
    BACKWARD.call().tensor(loss).tensors(List.of()).none().none().bool(false).run();
  }

  /**
   * Returns the gradient of a parameter, or nothing if no backward pass has reached it. It is not a
   * copy: the next pass adds to it.
   */
  public static Optional<Tensor> gradient(Tensor parameter) {
    NativeCall call = NativeCall.begin();
    // the memory behind a handle begins with the pointer to the TensorImpl
    MemorySegment handle = call.handle(parameter).reinterpret(Long.BYTES);
    MemorySegment out = call.out();
    MemorySegment borrowed =
        LibTorchAbi._ZNK3c1010TensorImpl4gradEv(handle.get(ValueLayout.ADDRESS, 0));
    int code = LibTorchAbi.aoti_torch_is_defined(borrowed, call.slot());
    boolean defined = code == 0 && call.slot().get(ValueLayout.JAVA_BOOLEAN, 0);
    if (defined) {
      code = LibTorchAbi.aoti_torch_new_tensor_handle(borrowed, out);
    }
    call.check(code, "gradient", parameter);
    return defined ? Optional.of(call.made()) : Optional.empty();
  }

  /** Returns the same values, through which no gradient flows; shares memory. */
  public static Tensor detach(Tensor input) {
    return DETACH.call().tensor(input).result();
  }
}
