package io.nextscale.torch.cpu;

import io.nextscale.torch.Convolutions;
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
 * oneDNN's linear layer and convolution on the CPU, with a fused activation
 * (docs/experiments/0005-linear-layers-through-onednn.md and 0052-inception.md). The linear layer
 * is faster than {@code aten::linear}, which uses BLAS in float32; both pass over the result once,
 * activation included. They record no gradients.
 */
public final class OneDnn {
  private static final String SYMBOL = "aoti_torch_cpu__linear_pointwise";
  private static final String CONVOLUTION = "aoti_torch_cpu_mkldnn__convolution_pointwise";
  private static final Operator REORDER = Operator.named("mkldnn::_reorder_linear_weight");
  private static final Operator REORDER_CONVOLUTION =
      Operator.named("mkldnn::_reorder_convolution_weight");
  private static final Map<DType, Boolean> AVAILABLE = new ConcurrentHashMap<>();
  private static final Map<DType, Boolean> CONVOLVES = new ConcurrentHashMap<>();

  private static final long[] ONE = {1, 1}; // dilation

  private OneDnn() {}

  /** An activation that is fused into a linear layer or a convolution. */
  public enum Activation {
    /** No activation. */
    NONE("none", ""),
    /** ReLU. */
    RELU("relu", ""),
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

  /** Whether they have the convolution for an element type, as {@link #isAvailable}. */
  public static boolean convolves(DType dtype) {
    Boolean known = CONVOLVES.get(dtype);
    return known != null ? known : CONVOLVES.computeIfAbsent(dtype, OneDnn::isConvolved);
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

  private static boolean isConvolved(DType dtype) {
    if (!isAvailable(dtype)
        || !Torch.usesOneDnn()
        || Torch.library().symbols().find(CONVOLUTION).isEmpty()) {
      return false;
    }
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Tensor ones = Tensor.full(1, dtype, Device.CPU, 1, 1, 1, 1);
      convolution(ones, ones, null, new Window(1, 0, 0), Activation.NONE);
      return true;
    } catch (TorchException e) {
      return false; // built without oneDNN
    }
  }

  /** Whether {@link #linear} can compute with a weight: its element type, on the CPU. */
  public static boolean serves(Tensor weight) {
    return weight.device().type() == Device.Type.CPU && isAvailable(weight.dtype());
  }

  /**
   * Whether {@link #pack} gives right results with a weight that {@link #linear} takes: not with a
   * oneDNN that reorders wrongly ({@link Torch#usesOneDnn}).
   */
  public static boolean packs(Tensor weight) {
    return serves(weight) && Torch.usesOneDnn();
  }

  /**
   * Packs a weight: copies it to oneDNN's own layout, so that {@link #linear} need not reorder it
   * at each call (docs/experiments/0012-packed-weights.md). The result is opaque: it has shape and
   * element type, but no readable memory, and no other operator takes it.
   *
   * @param weight (out, in), for which {@link #packs} holds; not changed
   * @throws IllegalStateException if oneDNN reorders wrongly here ({@link Torch#usesOneDnn})
   * @throws TorchException if oneDNN does not have its element type
   */
  public static Tensor pack(Tensor weight) {
    requireRight();
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

  /**
   * How a convolution slides over its input.
   *
   * @param stride places between two outputs, at least 1
   * @param paddingHeight rows of zeros above and below
   * @param paddingWidth columns of zeros left and right
   */
  public record Window(int stride, int paddingHeight, int paddingWidth) {
    private long[] strides() {
      return new long[] {stride, stride};
    }

    private long[] padding() {
      return new long[] {paddingHeight, paddingWidth};
    }
  }

  /**
   * Packs the weight of a convolution, as {@link #pack} does that of a linear layer.
   *
   * @param weight (out, in, kh, kw), on the CPU, of an element type that {@link #convolves}; not
   *     changed
   * @param input (B, in, h, w) of the input for which the layout is chosen; others are computed
   *     too, perhaps more slowly
   * @throws IllegalArgumentException if the kernel does not fit into the input
   * @throws IllegalStateException if oneDNN reorders wrongly here ({@link Torch#usesOneDnn})
   * @throws TorchException if oneDNN does not have its element type
   */
  public static Tensor packConvolution(Tensor weight, Window window, long... input) {
    requireRight();
    return REORDER_CONVOLUTION
        .apply(weight, window.padding(), window.strides(), ONE, 1, input)
        .tensor()
        .asOpaque();
  }

  /**
   * {@code activation(conv2d(input, weight) + bias)}.
   *
   * @param input (B, in, h, w); in channels-last layout it is not copied
   * @param weight (out, in, kh, kw) of the same element type, as read or {@linkplain
   *     #packConvolution packed}
   * @param bias (out) of the same element type, or none
   * @return (B, out, h', w') in channels-last layout if the input or the weight has one of its own
   * @throws IllegalArgumentException if shapes or element types do not fit
   * @throws IllegalStateException if oneDNN reorders wrongly here ({@link Torch#usesOneDnn})
   * @throws TorchException if oneDNN does not have the element type
   */
  public static Tensor convolution(
      Tensor input, Tensor weight, @Nullable Tensor bias, Window window, Activation activation) {
    requireRight();
    long[] padding = window.padding();
    long[] strides = window.strides();
    Convolutions.require(input, weight, bias, padding, strides, ONE);
    NativeCall call = NativeCall.timed();
    MemorySegment in = call.handle(input);
    MemorySegment by = call.handle(weight);
    MemorySegment plus = call.optional(bias);
    MemorySegment around = call.longs(padding);
    MemorySegment steps = call.longs(strides);
    MemorySegment spread = call.longs(ONE);
    MemorySegment attribute = activation.attribute;
    MemorySegment algorithm = activation.algorithm;
    HeldMemory held = call.held(input, weight, bias);
    int code =
        held == null
            ? LibTorchAbi.aoti_torch_cpu_mkldnn__convolution_pointwise(
                in,
                by,
                plus,
                around,
                2,
                steps,
                2,
                spread,
                2,
                1,
                attribute,
                MemorySegment.NULL,
                0,
                algorithm,
                call.out())
            : held.convolution(
                in, by, plus, around, steps, spread, attribute, algorithm, call.out());
    return call.result(code, "convolution (oneDNN)", input, weight);
  }

  private static void requireRight() {
    if (!Torch.usesOneDnn()) {
      throw new IllegalStateException(
          "the oneDNN of libtorch %s reorders wrongly on this processor: use aten's operator"
              .formatted(Torch.version()));
    }
  }
}
