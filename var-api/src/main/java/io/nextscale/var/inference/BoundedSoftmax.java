package io.nextscale.var.inference;

import io.nextscale.torch.Functional;
import io.nextscale.torch.InPlace;
import io.nextscale.torch.Tensor;
import io.nextscale.var.nn.ChunkedAttention;

/**
 * Computes the softmax of scores with a known bound, without a derivative
 * (docs/experiments/0028-attention-of-bounded-scores.md). Such scores cannot overflow, so the
 * maximum is not subtracted; the division by the sum follows the product with the values, which has
 * fewer columns.
 */
final class BoundedSoftmax implements ChunkedAttention.WeightedSum {
  /** Largest score whose exponential still has a finite sum over any number of keys. */
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
