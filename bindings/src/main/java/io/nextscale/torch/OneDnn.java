package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/**
 * oneDNN's linear map on the CPU, with an activation fused into it: near the arithmetic limit,
 * where {@code aten::linear} in float32 goes through BLAS (docs/PERFORMANCE.md). Records no
 * gradients.
 */
public final class OneDnn {
  private static final String SYMBOL = "aoti_torch_cpu__linear_pointwise";

  private OneDnn() {}

  /** What follows the linear map. */
  public enum Activation {
    /** Nothing. */
    NONE("none", ""),
    /** GELU in its tanh form. */
    GELU_TANH("gelu", "tanh");

    private final MemorySegment attribute;
    private final MemorySegment algorithm;

    Activation(String attribute, String algorithm) {
      Arena forever = Arena.global();
      this.attribute = forever.allocateFrom(attribute);
      this.algorithm = forever.allocate(ValueLayout.ADDRESS);
      this.algorithm.set(ValueLayout.ADDRESS, 0, forever.allocateFrom(algorithm));
    }
  }

  /** What the loaded libtorch can do, found out by doing it. */
  private enum Ability {
    FLOAT32(DType.FLOAT32),
    BFLOAT16(DType.BFLOAT16);

    private final boolean present;

    Ability(DType dtype) {
      present = tried(dtype);
    }

    private static boolean tried(DType dtype) {
      if (SymbolLookup.loaderLookup().find(SYMBOL).isEmpty()) {
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
  }

  /** Whether this libtorch and processor have it for an element type. */
  public static boolean isAvailable(DType dtype) {
    Torch.ensureLoaded();
    return switch (dtype) {
      case FLOAT32 -> Ability.FLOAT32.present;
      case BFLOAT16 -> Ability.BFLOAT16.present;
      default -> false;
    };
  }

  private static final Operator REORDER = Operator.in("mkldnn", "_reorder_linear_weight");

  /**
   * A weight in the layout that oneDNN computes in, for {@link #linear}: few rows take a third less
   * time with it, many rows some hundredths (docs/PERFORMANCE.md). What comes out is opaque: it has
   * shape and type but no memory that can be read, and no other operator takes it.
   *
   * @param weight (out, in), for which {@link #serves} holds; not changed
   */
  public static Tensor pack(Tensor weight) {
    return REORDER.call().tensor(weight).none().result().asOpaque();
  }

  /** Whether it can compute with a weight here and now: on the CPU, without gradients. */
  public static boolean serves(Tensor weight) {
    return weight.device().type() == Device.Type.CPU
        && isAvailable(weight.dtype())
        && !GradMode.isEnabled();
  }

  private static final ThreadLocal<MemorySegment> SLOTS =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(ValueLayout.JAVA_LONG, 2));

  /**
   * {@code activation(input · weightᵀ + bias)}.
   *
   * @param input (…, in)
   * @param weight (out, in), of the same element type
   * @param bias (out), or none
   * @return (…, out)
   */
  public static Tensor linear(
      Tensor input, Tensor weight, @Nullable Tensor bias, Activation activation) {
    long x = input.handle();
    long w = weight.handle();
    TensorScope scope = TensorScope.innermost();
    MemorySegment slots = SLOTS.get();
    slots.setAtIndex(ValueLayout.JAVA_LONG, 0, bias == null ? 0 : bias.handle());
    MemorySegment result = slots.asSlice(Long.BYTES);
    OperatorProfile profile = OperatorProfile.active();
    long start = profile == null ? 0 : System.nanoTime();
    int code =
        LibTorchAbi.aoti_torch_cpu__linear_pointwise(
            MemorySegment.ofAddress(x),
            MemorySegment.ofAddress(w),
            bias == null ? MemorySegment.NULL : slots,
            activation.attribute,
            MemorySegment.NULL,
            0,
            activation.algorithm,
            result);
    if (profile != null) {
      profile.add("linear (oneDNN)", System.nanoTime() - start);
    }
    if (code != 0) {
      throw new TorchException(
          "linear failed: " + Failure.reason() + "; arguments: " + input + ", " + weight);
    }
    return Tensor.owning(result.get(ValueLayout.JAVA_LONG, 0), scope);
  }
}
