package io.nextscale.torch;

import org.jspecify.annotations.Nullable;

/**
 * ATen's operators of a network's layers, under their own names in camelCase: linear layers,
 * convolutions, norms, embeddings, attention, resizing. Pure and differentiable.
 *
 * <p>Arguments are forwarded in the order of the operator's schema; nothing is validated or
 * computed here. If libtorch refuses, a method throws {@link TorchException}.
 */
public final class Layers {
  private static final Operator LINEAR = Operator.named("linear");
  private static final Operator CONV2D = Operator.named("conv2d");
  private static final Operator CONV_TRANSPOSE2D = Operator.named("conv_transpose2d", "input");
  private static final Operator GROUP_NORM = Operator.named("group_norm");
  private static final Operator NATIVE_GROUP_NORM = Operator.named("native_group_norm");
  private static final Operator BATCH_NORM = Operator.named("batch_norm");
  private static final Operator LAYER_NORM = Operator.named("layer_norm");
  private static final Operator RMS_NORM = Operator.named("rms_norm");
  private static final Operator EMBEDDING = Operator.named("embedding");
  private static final Operator ATTENTION = Operator.named("scaled_dot_product_attention");
  // at::padding_mode, which the public operator takes as a text (see StableValues.text)
  private static final int PAD_REPLICATE = 1;
  private static final int PAD_CONSTANT = 3;
  private static final Operator PAD = Operator.named("_pad_enum");
  private static final Operator ADAPTIVE_AVG_POOL2D = Operator.named("adaptive_avg_pool2d");
  private static final Operator BICUBIC = Operator.named("upsample_bicubic2d", "vec");
  private static final Operator NEAREST = Operator.named("upsample_nearest2d", "vec");

  private Layers() {}

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
    return CONV_TRANSPOSE2D
        .call()
        .tensor(input)
        .tensor(weight)
        .optional(bias)
        .integers(stride, stride)
        .integers(padding, padding)
        .integers(0, 0)
        .integer(1)
        .integers(1, 1)
        .result();
  }

  /** Normalizes (B, C, h, w) over groups of channels, then scales and shifts each channel. */
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

  /**
   * Normalization over groups of channels, with its moments.
   *
   * @param input (B, channels, h, w)
   * @param weight (channels), or null for ones; likewise the bias, null for zeros
   * @return the normalized input; mean (B, groups); {@code 1/sqrt(variance + epsilon)} (B, groups)
   */
  public static Tensor[] nativeGroupNorm(
      Tensor input, long groups, @Nullable Tensor weight, @Nullable Tensor bias, double epsilon) {
    Shapes.requireGroupNorm(input, groups, weight, bias);
    long batch = input.size(0);
    long channels = input.size(1);
    long pixels = input.size(2) * input.size(3);
    return NATIVE_GROUP_NORM
        .call()
        .tensor(input)
        .optional(weight)
        .optional(bias)
        .integer(batch)
        .integer(channels)
        .integer(pixels)
        .integer(groups)
        .real(epsilon)
        .resultTensors(3);
  }

  /**
   * Normalization of each channel by a given mean and variance.
   *
   * @param input (B, channels, …)
   * @param mean (channels); likewise variance, weight and bias
   */
  public static Tensor batchNorm(
      Tensor input, Tensor mean, Tensor variance, Tensor weight, Tensor bias, double epsilon) {
    return BATCH_NORM
        .call()
        .tensor(input)
        .optional(weight)
        .optional(bias)
        .optional(mean)
        .optional(variance)
        .bool(false)
        .real(0)
        .real(epsilon)
        .bool(false)
        .result();
  }

  /** Normalizes the last dimension to mean 0 and variance 1. */
  public static Tensor layerNorm(Tensor input, double epsilon) {
    return layerNorm(input, null, null, epsilon);
  }

  /**
   * Normalizes the last dimension to mean 0 and variance 1, then scales and shifts it.
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

  /**
   * Divides the last dimension by its root mean square, then scales it.
   *
   * @param weight (C)
   */
  public static Tensor rmsNorm(Tensor input, Tensor weight, double epsilon) {
    return RMS_NORM
        .call()
        .tensor(input)
        .integers(input.size(-1))
        .optional(weight)
        .real(epsilon)
        .optional()
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

  /**
   * {@code softmax(scale · query · keyᵀ + mask) · value} for every head.
   *
   * @param query (B, H, l, d)
   * @param key (B, H, L, d)
   * @param value (B, H, L, d)
   * @param mask added to the scores, broadcast to (B, H, l, L)
   * @throws IllegalArgumentException if the shapes of query, key and value do not fit
   */
  public static Tensor scaledDotProductAttention(
      Tensor query, Tensor key, Tensor value, @Nullable Tensor mask, double scale) {
    Shapes.requireAttention(query, key, value);
    return ATTENTION
        .call()
        .tensor(query)
        .tensor(key)
        .tensor(value)
        .optional(mask)
        .real(0)
        .bool(false)
        .real(scale)
        .optional()
        .bool(false)
        .result();
  }

  /** Resizes (B, C, h, w) by area: averages over windows. */
  public static Tensor adaptiveAvgPool2d(Tensor input, long height, long width) {
    return ADAPTIVE_AVG_POOL2D.call().tensor(input).integers(height, width).result();
  }

  /** Resizes (B, C, h, w) by bicubic interpolation (a = −0.75, corners not aligned). */
  public static Tensor upsampleBicubic2d(Tensor input, long height, long width) {
    return BICUBIC
        .call()
        .tensor(input)
        .integers(height, width)
        .optional()
        .bool(false)
        .none()
        .result();
  }

  /** Enlarges (B, C, h, w) by repetition. */
  public static Tensor upsampleNearest2d(Tensor input, double scale) {
    return NEAREST.call().tensor(input).none().reals(scale, scale).optional().result();
  }

  /** Pads the last two dimensions with zeros. */
  public static Tensor pad(Tensor input, int left, int right, int top, int bottom) {
    return PAD.call()
        .tensor(input)
        .integers(left, right, top, bottom)
        .integer(PAD_CONSTANT)
        .real(0)
        .optional()
        .result();
  }

  /** Pads the last two dimensions with their border. */
  public static Tensor padReplicate(Tensor input, int left, int right, int top, int bottom) {
    return PAD.call()
        .tensor(input)
        .integers(left, right, top, bottom)
        .integer(PAD_REPLICATE)
        .none()
        .result();
  }
}
