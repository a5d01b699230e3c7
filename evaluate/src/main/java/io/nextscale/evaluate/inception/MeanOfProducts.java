package io.nextscale.evaluate.inception;

import io.nextscale.evaluate.inception.layer.ConvUnit;
import io.nextscale.evaluate.inception.layer.MapSize;
import io.nextscale.evaluate.inception.layer.Part;
import io.nextscale.evaluate.inception.layer.Pool;
import io.nextscale.torch.Operator;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.cpu.OneDnn;

/**
 * A mean over neighbours, then a 1×1 convolution and ReLU: computed as the mean of the convolution,
 * which is the same, since a mean's weights add up to one. The convolution has fewer channels than
 * its input, so the mean reads less.
 *
 * @param unit of a 1×1 kernel, with a packed weight
 */
record MeanOfProducts(ConvUnit unit) implements Part {
  private static final Operator RELU = Operator.named("relu_");

  @Override
  public Tensor apply(Tensor input) {
    Tensor products =
        OneDnn.convolution(
            input, unit.weight(), unit.bias(), FusedUnit.window(unit), OneDnn.Activation.NONE);
    Tensor mean = Pool.AVERAGE.apply(products);
    products.close();
    return RELU.apply(mean).tensor();
  }

  @Override
  public MapSize size(MapSize input) {
    return unit.size(input);
  }

  @Override
  public long multiplyAdds(MapSize input) {
    return unit.multiplyAdds(input);
  }
}
