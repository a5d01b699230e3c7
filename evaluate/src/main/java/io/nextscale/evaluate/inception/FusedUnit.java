package io.nextscale.evaluate.inception;

import io.nextscale.evaluate.inception.layer.ConvUnit;
import io.nextscale.evaluate.inception.layer.MapSize;
import io.nextscale.evaluate.inception.layer.Part;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.cpu.OneDnn;

/**
 * Convolution and ReLU in one pass.
 *
 * @param unit with a packed weight
 */
record FusedUnit(ConvUnit unit) implements Part {
  static OneDnn.Window window(ConvUnit unit) {
    return new OneDnn.Window(unit.stride(), unit.paddingHeight(), unit.paddingWidth());
  }

  @Override
  public Tensor apply(Tensor input) {
    return OneDnn.convolution(
        input, unit.weight(), unit.bias(), window(unit), OneDnn.Activation.RELU);
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
