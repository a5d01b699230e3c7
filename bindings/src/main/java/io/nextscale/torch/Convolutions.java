package io.nextscale.torch;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Checks of the arguments of oneDNN's own convolution, which trusts them. */
public final class Convolutions {
  private static final long MOST = 1 << 16; // of padding, stride and dilation

  private Convolutions() {}

  /** Checks the arguments of {@code mkldnn::_convolution_pointwise}, in their order. */
  static void requireCall(@Nullable Object[] arguments) {
    if (!(arguments[0] instanceof Tensor input) || !(arguments[1] instanceof Tensor weight)) {
      throw new IllegalArgumentException("a convolution without input or weight");
    }
    requireCall(
        input,
        weight,
        arguments[2] instanceof Tensor bias ? bias : null,
        arguments[3],
        arguments[4],
        arguments[5],
        arguments[6]);
  }

  /**
   * Checks the arguments of a convolution in one group.
   *
   * @param input (B, in, h, w)
   * @param weight (out, in, kh, kw), as read or packed
   * @param bias (out), or none
   * @param padding for height and width; likewise stride and dilation
   * @throws IllegalArgumentException if they do not fit
   */
  public static void require(
      Tensor input,
      Tensor weight,
      @Nullable Tensor bias,
      long[] padding,
      long[] stride,
      long[] dilation) {
    requireCall(input, weight, bias, padding, stride, dilation, 1L);
  }

  private static void requireCall(
      Tensor input,
      Tensor weight,
      @Nullable Tensor bias,
      @Nullable Object padding,
      @Nullable Object stride,
      @Nullable Object dilation,
      @Nullable Object groups) {
    requirePlain(input);
    requireFit(input.shape(), weight, padding, stride, dilation, groups);
    requireSame(input, weight);
    if (bias != null) {
      requirePlain(bias);
      requireSame(bias, weight);
      if (!Arrays.equals(bias.shape(), new long[] {weight.size(0)})) {
        throw new IllegalArgumentException(
            "convolution with the weight %s and the bias %s: expected one number for each of the %s outputs"
                .formatted(weight, bias, weight.size(0)));
      }
    }
  }

  /** Checks the arguments of {@code mkldnn::_reorder_convolution_weight}, in their order. */
  static void requirePacking(@Nullable Object[] arguments) {
    if (!(arguments[0] instanceof Tensor weight) || !(arguments[5] instanceof long[] input)) {
      throw new IllegalArgumentException(
          "packing the weight of a convolution: expected the weight and the size of the input");
    }
    requirePlain(weight);
    requireFit(input, weight, arguments[1], arguments[2], arguments[3], arguments[4]);
  }

  private static void requirePlain(Tensor tensor) {
    if (tensor.device().type() != Device.Type.CPU || tensor.isOpaque()) {
      throw new IllegalArgumentException(
          "convolution with %s: expected a tensor on the CPU that is not packed".formatted(tensor));
    }
  }

  private static void requireSame(Tensor tensor, Tensor weight) {
    if (tensor.dtype() != weight.dtype()) {
      throw new IllegalArgumentException(
          "convolution of %s and %s: expected one element type".formatted(tensor, weight));
    }
  }

  private static void requireFit(
      long[] input,
      Tensor weight,
      @Nullable Object padding,
      @Nullable Object stride,
      @Nullable Object dilation,
      @Nullable Object groups) {
    long[] kernel = weight.shape();
    boolean fit =
        weight.device().type() == Device.Type.CPU
            && isShape(input)
            && isShape(kernel)
            && input[1] == kernel[1]
            && isPair(padding, 0)
            && isPair(stride, 1)
            && isPair(dilation, 1)
            && groups instanceof Long one
            && one == 1
            && padding instanceof long[] border
            && dilation instanceof long[] spread
            && isInside(input, kernel, border, spread);
    if (!fit) {
      throw new IllegalArgumentException(
          "convolution of an input of shape %s with %s, padding %s, stride %s, dilation %s, groups %s: expected (B, in, h, w), a weight (out, in, kh, kw) on the CPU that fits into it, two numbers each, 0 to %s or 1 to %s, and one group"
              .formatted(
                  Arrays.toString(input),
                  weight,
                  text(padding),
                  text(stride),
                  text(dilation),
                  groups,
                  MOST,
                  MOST));
    }
  }

  private static boolean isInside(long[] input, long[] kernel, long[] border, long[] spread) {
    for (int i = 0; i < 2; i++) {
      if (spread[i] * (kernel[2 + i] - 1) + 1 > input[2 + i] + 2 * border[i]) {
        return false;
      }
    }
    return true;
  }

  private static boolean isShape(long[] sizes) {
    return sizes.length == 4 && Arrays.stream(sizes).allMatch(size -> size >= 1);
  }

  private static boolean isPair(@Nullable Object values, long least) {
    return values instanceof long[] pair
        && pair.length == 2
        && Arrays.stream(pair).allMatch(value -> value >= least && value <= MOST);
  }

  private static String text(@Nullable Object values) {
    return values instanceof long[] numbers ? Arrays.toString(numbers) : String.valueOf(values);
  }
}
