package io.nextscale.evaluate.inception.layer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Operator;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import java.util.Objects;

/**
 * Convolution, batch norm, ReLU. The batch norm is folded into the convolution in float64 when the
 * weights are read.
 *
 * @param weight (out, in, kh, kw), times the norm's factor
 * @param bias (out)
 * @param stride places between outputs
 * @param paddingHeight rows of zeros above and below
 * @param paddingWidth columns of zeros left and right
 */
public record ConvUnit(Tensor weight, Tensor bias, int stride, int paddingHeight, int paddingWidth)
    implements Part {
  private static final Operator CONV2D = Operator.named("conv2d");
  private static final Operator RELU = Operator.named("relu_");
  private static final double EPSILON = 0.001;

  /** Checks that no component is null. */
  public ConvUnit {
    Objects.requireNonNull(weight, "weight");
    Objects.requireNonNull(bias, "bias");
  }

  /**
   * Reads a unit.
   *
   * @param weights reader at the unit, which converts to float64
   * @param type element type in which the unit computes
   */
  static ConvUnit read(
      WeightReader weights,
      DType type,
      int out,
      int in,
      int kernelHeight,
      int kernelWidth,
      int stride,
      boolean padded) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor kernel = weights.read("conv.weight", out, in, kernelHeight, kernelWidth);
      WeightReader norm = weights.at("bn");
      Tensor variance = norm.read("running_var", out);
      Tensor mean = norm.read("running_mean", out);
      Tensor factor = norm.read("weight", out).div(Functional.sqrt(variance.add(EPSILON)));
      Tensor shift = norm.read("bias", out).sub(Functional.mul(mean, factor));
      norm.ignore("num_batches_tracked");
      Tensor folded = Functional.mul(kernel, factor.reshape(out, 1, 1, 1)).to(type);
      return new ConvUnit(
          scope.keep(folded.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2)),
          scope.keep(shift.to(type)),
          stride,
          padded ? kernelHeight / 2 : 0,
          padded ? kernelWidth / 2 : 0);
    }
  }

  @Override
  public Tensor apply(Tensor input) {
    long[] padding = {paddingHeight, paddingWidth};
    return RELU.apply(CONV2D.apply(input, weight, bias, stride, padding).tensor()).tensor();
  }

  @Override
  public MapSize size(MapSize input) {
    return input.slid(
        (int) weight.size(0),
        (int) weight.size(2),
        (int) weight.size(3),
        stride,
        paddingHeight,
        paddingWidth);
  }

  @Override
  public long multiplyAdds(MapSize input) {
    return size(input).places() * weight.numel();
  }
}
