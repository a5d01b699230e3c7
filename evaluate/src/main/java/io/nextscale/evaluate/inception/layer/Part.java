package io.nextscale.evaluate.inception.layer;

import io.nextscale.torch.Tensor;

/** A part of the network: maps (B, C, h, w) to (B, C', h', w'). */
public interface Part {
  /** Computes the part; its result joins the innermost scope. */
  Tensor apply(Tensor input);

  /** Returns the size of the result for an input of a size. */
  MapSize size(MapSize input);

  /** Counts the multiply-adds of the convolutions for one image, also at the zeros of padding. */
  long multiplyAdds(MapSize input);
}
