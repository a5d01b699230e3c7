package io.nextscale.torch.cpu;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.HeldMemory;
import io.nextscale.torch.NativeCall;
import io.nextscale.torch.Operator;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import io.nextscale.torch.TorchException;
import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * oneDNN's linear layer on the CPU, with a fused activation
 * (docs/experiments/0005-linear-layers-through-onednn.md). It is faster than {@code aten::linear},
 * which uses BLAS in float32, and passes over the result once, activation included. It records no
 * gradients.
 */
public final class OneDnn {
  private static final String SYMBOL = "aoti_torch_cpu__linear_pointwise";
  private static final Operator REORDER = Operator.named("mkldnn::_reorder_linear_weight");
  private static final Map<DType, Boolean> AVAILABLE = new ConcurrentHashMap<>();

  private OneDnn() {}

  /** An activation that is fused into a linear layer. */
  public enum Activation {
    /** No activation. */
    NONE("none", ""),
    /** GELU in its tanh form. */
    GELU_TANH("gelu", "tanh");

    private final MemorySegment attribute;
    private final MemorySegment algorithmText;
    private final MemorySegment algorithm;

    Activation(String attribute, String algorithm) {
      Arena arena = Arena.ofAuto(); // as long as this class
      this.attribute = arena.allocateFrom(attribute);
      algorithmText = arena.allocateFrom(algorithm);
      this.algorithm = arena.allocate(ValueLayout.ADDRESS);
      this.algorithm.set(ValueLayout.ADDRESS, 0, algorithmText);
    }
  }

  /**
   * Whether this libtorch and this processor have the linear layer for an element type: float32
   * wherever libtorch was built with oneDNN, bfloat16 where the processor has instructions for it.
   */
  public static boolean isAvailable(DType dtype) {
    Boolean known = AVAILABLE.get(dtype);
    return known != null ? known : AVAILABLE.computeIfAbsent(dtype, OneDnn::isComputed);
  }

  /** Tries a computation: libtorch has no function that tells. */
  private static boolean isComputed(DType dtype) {
    if ((dtype != DType.FLOAT32 && dtype != DType.BFLOAT16)
        || Torch.library().symbols().find(SYMBOL).isEmpty()) {
      return false;
    }
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Tensor ones = Tensor.full(1, dtype, Device.CPU, 2, 2);
      linear(ones, ones, null, Activation.NONE);
      return true;
    } catch (TorchException e) {
      return false; // built without oneDNN, or the processor lacks the element type
    }
  }

  /** Whether {@link #linear} can compute with a weight: its element type, on the CPU. */
  public static boolean serves(Tensor weight) {
    return weight.device().type() == Device.Type.CPU && isAvailable(weight.dtype());
  }

  /**
   * Packs a weight: copies it to oneDNN's own layout, so that {@link #linear} need not reorder it
   * at each call (docs/experiments/0012-packed-weights.md). The result is opaque: it has shape and
   * element type, but no readable memory, and no other operator takes it.
   *
   * @param weight (out, in), for which {@link #serves} holds; not changed
   * @throws TorchException if oneDNN does not have its element type
   */
  public static Tensor pack(Tensor weight) {
    return REORDER.apply(weight).tensor().asOpaque();
  }

  /**
   * {@code activation(input · weightᵀ + bias)}.
   *
   * @param input (…, in)
   * @param weight (out, in), of the same element type, as read or {@link #pack packed}
   * @param bias (out), or none
   * @return (…, out)
   * @throws TorchException if shapes or element types do not fit, or oneDNN does not have them
   */
  public static Tensor linear(
      Tensor input, Tensor weight, @Nullable Tensor bias, Activation activation) {
    NativeCall call = NativeCall.timed();
    MemorySegment in = call.handle(input);
    MemorySegment by = call.handle(weight);
    MemorySegment plus = call.optional(bias);
    HeldMemory held = call.held(input, weight, bias);
    int code =
        held == null
            ? LibTorchAbi.aoti_torch_cpu__linear_pointwise(
                in,
                by,
                plus,
                activation.attribute,
                MemorySegment.NULL,
                0,
                activation.algorithm,
                call.out())
            : held.linear(in, by, plus, activation.attribute, activation.algorithm, call.out());
    return call.result(code, "linear (oneDNN)", input, weight);
  }
}
