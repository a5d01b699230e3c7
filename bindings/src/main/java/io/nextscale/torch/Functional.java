package io.nextscale.torch;

import io.nextscale.torch.abi.LibTorchAbi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * ATen's operators under their own names in camelCase, one method each.
 *
 * <p>The bridge is mechanical: arguments are forwarded in the order of the operator's schema,
 * nothing is validated or computed here. Where libtorch refuses: {@link TorchException}.
 */
public final class Functional {
  private static final Operator LINEAR = Operator.named("linear");
  private static final Operator CONV2D = Operator.named("conv2d");
  private static final Operator CONV_TRANSPOSE2D = Operator.named("conv_transpose2d", "input");
  private static final Operator GROUP_NORM = Operator.named("group_norm");
  private static final Operator LAYER_NORM = Operator.named("layer_norm");
  private static final Operator EMBEDDING = Operator.named("embedding");
  private static final Operator MATMUL = Operator.named("matmul");
  private static final Operator ATTENTION = Operator.named("scaled_dot_product_attention");
  private static final Operator SILU = Operator.named("silu");
  private static final Operator GELU = Operator.named("gelu");
  private static final Operator SOFTMAX = Operator.named("softmax", "int");
  private static final Operator LOG_SOFTMAX = Operator.named("log_softmax", "int");
  private static final Operator MUL = Operator.named("mul", "Tensor");
  private static final Operator DIV = Operator.named("div", "Tensor");
  private static final Operator MAXIMUM = Operator.named("maximum");
  private static final Operator MINIMUM = Operator.named("minimum");
  private static final Operator EXP = Operator.named("exp");
  private static final Operator SQRT = Operator.named("sqrt");
  private static final Operator SUM = Operator.named("sum", "dim_IntList");
  private static final Operator ARGMIN = Operator.named("argmin");
  private static final Operator ARGMAX = Operator.named("argmax");
  private static final Operator WHERE = Operator.named("where", "self");
  private static final Operator CAT = Operator.named("cat");
  private static final Operator PAD = Operator.named("pad");
  private static final Operator ADAPTIVE_AVG_POOL2D = Operator.named("adaptive_avg_pool2d");
  private static final Operator BICUBIC = Operator.named("upsample_bicubic2d", "vec");
  private static final Operator NEAREST = Operator.named("upsample_nearest2d", "vec");
  private static final Operator RESHAPE = Operator.named("reshape");
  private static final Operator PERMUTE = Operator.named("permute");
  private static final Operator TRANSPOSE = Operator.named("transpose", "int");
  private static final Operator NARROW = Operator.named("narrow");
  private static final Operator SELECT = Operator.named("select", "int");
  private static final Operator UNSQUEEZE = Operator.named("unsqueeze");
  private static final Operator EXPAND = Operator.named("expand");
  private static final Operator UNBIND = Operator.named("unbind", "int");
  private static final Operator CONTIGUOUS = Operator.named("contiguous");
  private static final Operator TO_DTYPE = Operator.named("to", "dtype");
  private static final Operator TO_DEVICE = Operator.named("to", "device");
  private static final Operator FILL = Operator.named("fill_", "Tensor");

  private Functional() {}

  // ---- layers
  // -------------------------------------------------------------------------------------

  /**
   * {@code input · weightᵀ + bias}.
   *
   * @param input (…, in)
   * @param weight (out, in)
   * @param bias (out)
   * @return (…, out)
   */
  public static Tensor linear(Tensor input, Tensor weight, @Nullable Tensor bias) {
    return LINEAR.call().tensor(input).tensor(weight).optional(bias).result();
  }

  /**
   * Two-dimensional convolution (cross-correlation) with zero padding.
   *
   * @param input (B, in, h, w)
   * @param weight (out, in, kh, kw)
   * @param bias (out)
   */
  public static Tensor conv2d(
      Tensor input, Tensor weight, @Nullable Tensor bias, int stride, int padding) {
    return CONV2D
        .call()
        .tensor(input)
        .tensor(weight)
        .optional(bias)
        .integers(stride, stride)
        .integers(padding, padding)
        .integers(1, 1)
        .integer(1)
        .result();
  }

  /** The adjoint of {@link #conv2d}; weight (in, out, kernel, kernel). */
  public static Tensor convTranspose2d(
      Tensor input, Tensor weight, @Nullable Tensor bias, int stride, int padding) {
    CallStack call = CONV_TRANSPOSE2D.call().tensor(input).tensor(weight).optional(bias);
    call.integers(stride, stride).integers(padding, padding).integers(0, 0);
    return call.integer(1).integers(1, 1).result();
  }

  /** Normalises (B, C, h, w) over groups of channels, then scales and shifts each channel. */
  public static Tensor groupNorm(
      Tensor input, long groups, Tensor weight, Tensor bias, double epsilon) {
    return GROUP_NORM
        .call()
        .tensor(input)
        .integer(groups)
        .optional(weight)
        .optional(bias)
        .real(epsilon)
        .bool(true)
        .result();
  }

  /** Normalises the last dimension to mean 0 and variance 1. */
  public static Tensor layerNorm(Tensor input, double epsilon) {
    return layerNorm(input, null, null, epsilon);
  }

  /**
   * Normalises the last dimension to mean 0 and variance 1, then scales and shifts it.
   *
   * @param weight (C), or none for 1
   * @param bias (C), or none for 0
   */
  public static Tensor layerNorm(
      Tensor input, @Nullable Tensor weight, @Nullable Tensor bias, double epsilon) {
    return LAYER_NORM
        .call()
        .tensor(input)
        .integers(input.size(-1))
        .optional(weight)
        .optional(bias)
        .real(epsilon)
        .bool(true)
        .result();
  }

  /** Rows of {@code weight} (V, C) at the int64 {@code indices} (…): (…, C). */
  public static Tensor embedding(Tensor weight, Tensor indices) {
    return EMBEDDING
        .call()
        .tensor(weight)
        .tensor(indices)
        .integer(-1)
        .bool(false)
        .bool(false)
        .result();
  }

  /** Matrix product, batched over leading dimensions. */
  public static Tensor matmul(Tensor left, Tensor right) {
    return MATMUL.call().tensor(left).tensor(right).result();
  }

  /**
   * {@code softmax(scale · query · keyᵀ + mask) · value} for every head.
   *
   * @param query (B, H, l, d)
   * @param key (B, H, L, d)
   * @param value (B, H, L, d)
   * @param mask added to the scores, broadcast to (B, H, l, L)
   */
  public static Tensor scaledDotProductAttention(
      Tensor query, Tensor key, Tensor value, @Nullable Tensor mask, double scale) {
    return ATTENTION
        .call()
        .tensor(query)
        .tensor(key)
        .tensor(value)
        .optional(mask)
        .real(0)
        .bool(false)
        .optionalReal(scale)
        .bool(false)
        .result();
  }

  // ---- element-wise
  // -------------------------------------------------------------------------------

  /** {@code x · sigmoid(x)}. */
  public static Tensor silu(Tensor input) {
    return SILU.call().tensor(input).result();
  }

  /** GELU in its tanh form. */
  public static Tensor geluTanh(Tensor input) {
    return GELU.call().tensor(input).string("tanh").result();
  }

  /** Softmax over one dimension. */
  public static Tensor softmax(Tensor input, int dimension) {
    return SOFTMAX.call().tensor(input).integer(dimension).none().result();
  }

  /** Logarithm of the softmax over one dimension. */
  public static Tensor logSoftmax(Tensor input, int dimension) {
    return LOG_SOFTMAX.call().tensor(input).integer(dimension).none().result();
  }

  /** {@code self − alpha · other}. */
  public static Tensor subtractScaled(Tensor self, Tensor other, double alpha) {
    long left = self.handle();
    long right = other.handle();
    TensorScope scope = TensorScope.innermost();
    MemorySegment out = OUT.get();
    OperatorProfile profile = OperatorProfile.active();
    long start = profile == null ? 0 : System.nanoTime();
    int code =
        LibTorchAbi.aoti_torch_aten_subtract_Tensor(
            MemorySegment.ofAddress(left), MemorySegment.ofAddress(right), alpha, out);
    if (profile != null) {
      profile.add("sub", System.nanoTime() - start);
    }
    if (code != 0) {
      throw new TorchException(
          "sub failed: " + Failure.reason() + "; arguments: " + self + ", " + other);
    }
    return Tensor.owning(out.get(ValueLayout.JAVA_LONG, 0), scope);
  }

  private static final ThreadLocal<MemorySegment> OUT =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(ValueLayout.JAVA_LONG));

  /** Element-wise product. */
  public static Tensor mul(Tensor left, Tensor right) {
    return MUL.call().tensor(left).tensor(right).result();
  }

  /** Element-wise quotient. */
  public static Tensor div(Tensor left, Tensor right) {
    return DIV.call().tensor(left).tensor(right).result();
  }

  /** Element-wise larger one. */
  public static Tensor maximum(Tensor left, Tensor right) {
    return MAXIMUM.call().tensor(left).tensor(right).result();
  }

  /** Element-wise smaller one. */
  public static Tensor minimum(Tensor left, Tensor right) {
    return MINIMUM.call().tensor(left).tensor(right).result();
  }

  /** Exponential function. */
  public static Tensor exp(Tensor input) {
    return EXP.call().tensor(input).result();
  }

  /** Square root. */
  public static Tensor sqrt(Tensor input) {
    return SQRT.call().tensor(input).result();
  }

  /** {@code left} where {@code condition} (bool) is true, else {@code right}. */
  public static Tensor where(Tensor condition, Tensor left, Tensor right) {
    return WHERE.call().tensor(condition).tensor(left).tensor(right).result();
  }

  // ---- reductions
  // ---------------------------------------------------------------------------------

  /** Sum over one dimension. */
  public static Tensor sum(Tensor input, int dimension, boolean keepDimension) {
    return SUM.call().tensor(input).optionalIntegers(dimension).bool(keepDimension).none().result();
  }

  /** Index of the smallest entry along a dimension, int64. */
  public static Tensor argmin(Tensor input, int dimension) {
    return ARGMIN.call().tensor(input).optionalInteger(dimension).bool(false).result();
  }

  /** Index of the largest entry along a dimension, int64. */
  public static Tensor argmax(Tensor input, int dimension) {
    return ARGMAX.call().tensor(input).optionalInteger(dimension).bool(false).result();
  }

  // ---- resizing
  // -----------------------------------------------------------------------------------

  /** (B, C, h, w) averaged over windows: what PyTorch calls area interpolation. */
  public static Tensor adaptiveAvgPool2d(Tensor input, long height, long width) {
    return ADAPTIVE_AVG_POOL2D.call().tensor(input).integers(height, width).result();
  }

  /** (B, C, h, w) resized with cubic interpolation (a = −0.75, corners not aligned). */
  public static Tensor upsampleBicubic2d(Tensor input, long height, long width) {
    return BICUBIC.call().tensor(input).optionalIntegers(height, width).bool(false).none().result();
  }

  /** (B, C, h, w) enlarged by repetition. */
  public static Tensor upsampleNearest2d(Tensor input, double factor) {
    return NEAREST.call().tensor(input).none().optionalReals(factor, factor).result();
  }

  /** Zeros put around the last two dimensions: left, right, top, bottom. */
  public static Tensor pad(Tensor input, int left, int right, int top, int bottom) {
    return PAD.call()
        .tensor(input)
        .integers(left, right, top, bottom)
        .string("constant")
        .optionalReal(0)
        .result();
  }

  /** The border of the last two dimensions repeated outwards: left, right, top, bottom. */
  public static Tensor padReplicate(Tensor input, int left, int right, int top, int bottom) {
    return PAD.call()
        .tensor(input)
        .integers(left, right, top, bottom)
        .string("replicate")
        .none()
        .result();
  }

  // ---- shape
  // --------------------------------------------------------------------------------------

  /** Tensors joined along a dimension. */
  public static Tensor cat(List<Tensor> tensors, int dimension) {
    return CAT.call().tensors(tensors).integer(dimension).result();
  }

  /** The slices along a dimension, which disappears; they share memory. */
  public static Tensor[] unbind(Tensor input, int dimension) {
    return UNBIND.call().tensor(input).integer(dimension).resultList();
  }

  static Tensor reshape(Tensor input, long... sizes) {
    return RESHAPE.call().tensor(input).integers(sizes).result();
  }

  static Tensor permute(Tensor input, long... order) {
    return PERMUTE.call().tensor(input).integers(order).result();
  }

  static Tensor transpose(Tensor input, int first, int second) {
    return TRANSPOSE.call().tensor(input).integer(first).integer(second).result();
  }

  static Tensor narrow(Tensor input, int dimension, long start, long length) {
    return NARROW.call().tensor(input).integer(dimension).integer(start).integer(length).result();
  }

  static Tensor select(Tensor input, int dimension, long index) {
    return SELECT.call().tensor(input).integer(dimension).integer(index).result();
  }

  static Tensor unsqueeze(Tensor input, int dimension) {
    return UNSQUEEZE.call().tensor(input).integer(dimension).result();
  }

  static Tensor expand(Tensor input, long... sizes) {
    return EXPAND.call().tensor(input).integers(sizes).bool(false).result();
  }

  // ---- conversion
  // ---------------------------------------------------------------------------------

  static Tensor contiguous(Tensor input) {
    int format = LibTorchAbi.aoti_torch_memory_format_contiguous_format();
    return CONTIGUOUS.call().tensor(input).integer(format).result();
  }

  static Tensor toDtype(Tensor input, DType type) {
    return TO_DTYPE.call().tensor(input).dtype(type).bool(false).bool(false).none().result();
  }

  static Tensor toDevice(Tensor input, Device device) {
    return TO_DEVICE
        .call()
        .tensor(input)
        .device(device)
        .dtype(input.dtype())
        .bool(false)
        .bool(false)
        .none()
        .result();
  }

  static Tensor fill(Tensor target, double value) {
    FILL.call().tensor(target).tensor(Tensor.scalar(value)).result().close();
    return target;
  }
}
