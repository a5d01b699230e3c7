package io.nextscale.evaluate.inception.layer;

import io.nextscale.torch.Operator;
import io.nextscale.torch.Tensor;

/** Pools of 3×3 elements of each channel. */
public enum Pool implements Part {
  /** Maximum at every second place, without padding. */
  HALVING_MAXIMUM(2, 0),
  /** Maximum at every place. */
  MAXIMUM(1, 1),
  /** Mean at every place; the padding is not counted. */
  AVERAGE(1, 1);

  private static final Operator MAX = Operator.named("max_pool2d");
  private static final Operator MEAN =
      Operator.named("avg_pool2d").with("count_include_pad", false);
  private static final int SIDE = 3;

  private final int stride;
  private final int padding;

  Pool(int stride, int padding) {
    this.stride = stride;
    this.padding = padding;
  }

  @Override
  public Tensor apply(Tensor input) {
    return (this == AVERAGE ? MEAN : MAX).apply(input, SIDE, stride, padding).tensor();
  }

  @Override
  public MapSize size(MapSize input) {
    return input.slid(input.channels(), SIDE, SIDE, stride, padding, padding);
  }

  @Override
  public long multiplyAdds(MapSize input) {
    return 0;
  }
}
