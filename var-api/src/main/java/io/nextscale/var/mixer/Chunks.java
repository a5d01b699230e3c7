package io.nextscale.var.mixer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Indexing;
import io.nextscale.torch.Reduction;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import java.util.ArrayList;
import java.util.List;

/**
 * A sequence cut into n chunks of q tokens each. Every exponent below is at most 0, so nothing
 * overflows. Exponents are sums in float64: differences of sums in float32 would lose the small
 * steps beside a large one.
 *
 * @param x inputs times their Δ, (B, n, q, H, P)
 * @param b (B, n, q, N)
 * @param c (B, n, q, N)
 * @param sums of Δa from the start of a chunk to a token, itself included: float64 (B, n, q, H)
 */
public record Chunks(Tensor x, Tensor b, Tensor c, Tensor sums) {
  /**
   * Cuts a sequence.
   *
   * @param x (B, n·q, H, P)
   * @param delta Δ, at least 0, (B, n·q, H)
   * @param decay a, below 0, (H)
   * @param b (B, n·q, N)
   * @param c (B, n·q, N)
   */
  public static Chunks of(long q, Tensor x, Tensor delta, Tensor decay, Tensor b, Tensor c) {
    Tensor exponents = delta.mul(decay).to(DType.FLOAT64);
    return new Chunks(
        cut(q, x.mul(delta.unsqueeze(-1))),
        cut(q, b),
        cut(q, c),
        Reduction.cumsum(cut(q, exponents), 2));
  }

  private static Tensor cut(long q, Tensor sequence) {
    long[] shape = sequence.shape();
    long[] cut = new long[shape.length + 1];
    cut[0] = shape[0];
    cut[1] = shape[1] / q;
    cut[2] = q;
    System.arraycopy(shape, 2, cut, 3, shape.length - 2);
    return sequence.reshape(cut);
  }

  /** Computes the state that each chunk alone leaves at its end, (B, n, H, P, N). */
  public Tensor local() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor rest = exp(last().sub(sums)).unsqueeze(-1);
      Tensor weighted = joinHeads(x.mul(rest)).transpose(2, 3); // (B, n, H·P, q)
      Tensor states = Functional.matmul(weighted, b);
      return scope.keep(states.reshape(x.size(0), x.size(1), x.size(3), x.size(4), b.size(3)));
    }
  }

  /**
   * Passes states on from chunk to chunk.
   *
   * @param local the states that the chunks alone leave, (B, n, H, P, N)
   * @param first the state before the first chunk, (B, H, P, N)
   * @return the state before each chunk, then the state after the last, each (B, H, P, N)
   */
  public List<Tensor> pass(Tensor local, Tensor first) {
    List<Tensor> states = new ArrayList<>(List.of(first));
    Tensor kept = exp(last()).permute(1, 0, 3, 2).unsqueeze(-1); // (n, B, H, 1, 1)
    for (int i = 0; i < local.size(1); i++) {
      Tensor before = states.getLast();
      states.add(Functional.addcmul(local.select(1, i), before, kept.select(0, i)));
    }
    return states;
  }

  /**
   * Computes the outputs (B, n, q, H, P).
   *
   * @param before the state before each chunk, (B, n, H, P, N)
   */
  public Tensor outputs(Tensor before) {
    try (TensorScope scope = TensorScope.open()) {
      long[] shape = x.shape();
      Tensor states = before.reshape(shape[0], shape[1], shape[3] * shape[4], -1);
      Tensor carried = Functional.matmul(c, states.transpose(2, 3)).reshape(shape);
      Tensor own = Functional.matmul(weights(), x.permute(0, 1, 3, 2, 4)); // (B, n, H, q, P)
      return scope.keep(
          Functional.addcmul(own.permute(0, 1, 3, 2, 4), carried, exp(sums).unsqueeze(-1)));
    }
  }

  /** Weights of a chunk's inputs (columns) in its outputs (rows), (B, n, H, q, q). */
  private Tensor weights() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor products = Indexing.tril(Functional.matmul(c, b.transpose(2, 3))).unsqueeze(2);
      Tensor heads = sums.transpose(2, 3);
      Tensor between = heads.unsqueeze(-1).sub(heads.unsqueeze(-2));
      // above the diagonal the difference is positive: its weight is 0, its exponential must not be
      // infinite
      return scope.keep(exp(Functional.minimum(between, Tensor.scalar(0))).mul(products));
    }
  }

  private Tensor last() {
    return sums.narrow(2, sums.size(2) - 1, 1);
  }

  private Tensor exp(Tensor exponents) {
    return Functional.exp(exponents.to(x.dtype()));
  }

  private static Tensor joinHeads(Tensor heads) {
    return heads.reshape(heads.size(0), heads.size(1), heads.size(2), -1);
  }
}
