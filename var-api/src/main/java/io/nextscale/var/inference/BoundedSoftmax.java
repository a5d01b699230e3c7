package io.nextscale.var.inference;

import io.nextscale.torch.Functional;
import io.nextscale.torch.InPlace;
import io.nextscale.torch.Tensor;
import io.nextscale.var.nn.ChunkedAttention;

/**
 * The softmax of scores that are known to be small, without a derivative. Their exponentials need
 * no maximum taken off, and are divided by their sums after the product with the values, which has
 * fewer columns.
 */
final class BoundedSoftmax implements ChunkedAttention.WeightedSum {
  /** Scores up to this size have exponentials whose sum over any number of keys is finite. */
  static final double LARGEST_SCORE = 60;

  @Override
  public Tensor apply(Tensor scores, Tensor value) {
    InPlace.expOut(scores, scores);
    Tensor sums = Functional.sum(scores, -1, true);
    Tensor weighted = Functional.matmul(scores, value);
    InPlace.divOut(weighted, sums, weighted);
    return weighted;
  }
}
