package io.nextscale.var.mixer;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import java.util.List;

/**
 * Mamba-2's recurrence, {@code S = exp(Δa)·S + Δ·x·bᵀ} and {@code y = S·c}, by matrix products over
 * chunks of tokens (Dao and Gu 2024, section 6). Differentiable; computes in the element type of
 * its arguments.
 *
 * @param chunk tokens of a chunk
 */
public record StateSpaceScan(long chunk) {
  /**
   * Results of a scan.
   *
   * @param outputs y, (B, l, H, P)
   * @param state S after the last token, (B, H, P, N)
   */
  public record Scanned(Tensor outputs, Tensor state) {}

  /**
   * Runs the recurrence over the next tokens of a sequence; the chunks are whole but for the last.
   *
   * @param x (B, l, H, P)
   * @param delta Δ, at least 0, (B, l, H)
   * @param decay a, below 0, (H)
   * @param b (B, l, N)
   * @param c (B, l, N)
   * @param state S before the first token, (B, H, P, N)
   */
  public Scanned scan(Tensor x, Tensor delta, Tensor decay, Tensor b, Tensor c, Tensor state) {
    long length = x.size(1);
    if (length == 1) {
      return step(x, delta, decay, b, c, state);
    }
    long rest = length % chunk;
    if (rest == 0 || rest == length) {
      return scan(Chunks.of(rest == 0 ? chunk : rest, x, delta, decay, b, c), state);
    }
    try (TensorScope scope = TensorScope.open()) {
      Scanned first = part(0, length - rest, x, delta, decay, b, c, state);
      Scanned last = part(length - rest, rest, x, delta, decay, b, c, first.state());
      return new Scanned(
          scope.keep(Functional.cat(List.of(first.outputs(), last.outputs()), 1)),
          scope.keep(last.state()));
    }
  }

  /** Runs the recurrence over one token, as it stands: chunks would be many more operators. */
  private static Scanned step(
      Tensor x, Tensor delta, Tensor decay, Tensor b, Tensor c, Tensor state) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor kept = Functional.exp(delta.mul(decay)).transpose(1, 2).unsqueeze(-1); // (B, H, 1, 1)
      Tensor scaled = x.mul(delta.unsqueeze(-1)).permute(0, 2, 3, 1); // (B, H, P, 1)
      Tensor after = Functional.addcmul(scaled.mul(b.unsqueeze(2)), state, kept);
      Tensor joined = after.reshape(x.size(0), x.size(2) * x.size(3), -1);
      Tensor outputs = Functional.matmul(joined, c.transpose(1, 2)).reshape(x.shape());
      return new Scanned(scope.keep(outputs), scope.keep(after));
    }
  }

  private Scanned part(
      long start,
      long length,
      Tensor x,
      Tensor delta,
      Tensor decay,
      Tensor b,
      Tensor c,
      Tensor state) {
    return scan(
        x.narrow(1, start, length),
        delta.narrow(1, start, length),
        decay,
        b.narrow(1, start, length),
        c.narrow(1, start, length),
        state);
  }

  private static Scanned scan(Chunks chunks, Tensor state) {
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> states = chunks.pass(chunks.local(), state);
      int count = states.size() - 1;
      List<Tensor> before = states.subList(0, count).stream().map(s -> s.unsqueeze(1)).toList();
      Tensor outputs = chunks.outputs(Functional.cat(before, 1));
      long[] shape = chunks.x().shape();
      return new Scanned(
          scope.keep(outputs.reshape(shape[0], shape[1] * shape[2], shape[3], shape[4])),
          scope.keep(states.getLast()));
    }
  }
}
