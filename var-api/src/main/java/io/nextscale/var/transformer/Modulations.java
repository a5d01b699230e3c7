package io.nextscale.var.transformer;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.config.TransformerConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * Class embeddings, and modulations of all blocks and of the head: computed once per run, used at
 * every scale. All of a row lie together, so that they can be kept and copied as one.
 */
public final class Modulations {
  private static final int PARTS_OF_BLOCK = 6;
  private static final int PARTS_OUTSIDE = 3; // class embedding, the head's scale and shift

  private final Tensor joined;
  private final List<Modulation> blocks;
  private final ModulatedNorm head;

  /**
   * Splits joined modulations, as views in the innermost scope.
   *
   * @param joined (B, P, C) as of {@link #joined}; the modulations use its memory
   */
  public Modulations(Tensor joined) {
    this.joined = joined;
    long rows = joined.size(0);
    long width = joined.size(2);
    // (B, 1, C); of a single row (C), with which a norm is one operator
    Tensor[] parts =
        rows == 1
            ? Functional.unbind(joined.reshape(-1, width), 0)
            : Functional.unbind(joined.unsqueeze(2), 1);
    List<Modulation> split = new ArrayList<>();
    int next = 1;
    for (; next + PARTS_OF_BLOCK < parts.length; next += PARTS_OF_BLOCK) {
      // the official order: gamma1, gamma2, scale1, scale2, shift1, shift2
      ModulatedNorm norm1 = new ModulatedNorm(parts[next + 2], parts[next + 4]);
      ModulatedNorm norm2 = new ModulatedNorm(parts[next + 3], parts[next + 5]);
      split.add(new Modulation(parts[next], parts[next + 1], norm1, norm2));
    }
    blocks = List.copyOf(split);
    head = new ModulatedNorm(parts[next], parts[next + 1]);
  }

  /**
   * Joins the modulations of a run.
   *
   * @param embedding class embeddings (B, C)
   * @param blocks gamma1, gamma2, scale1, scale2, shift1 and shift2 of each block, (B, 6, C)
   * @param head scale and shift of the head's norm, (B, 2, C)
   * @return (B, P, C), as of {@link #joined}
   */
  static Tensor join(Tensor embedding, List<Tensor> blocks, Tensor head) {
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> parts = new ArrayList<>();
      parts.add(embedding.unsqueeze(1));
      for (Tensor block : blocks) {
        parts.add(block.narrow(1, 0, 2));
        parts.add(block.narrow(1, 2, 2).add(1)); // a norm multiplies by 1 + scale
        parts.add(block.narrow(1, 4, 2));
      }
      parts.add(head.narrow(1, 0, 1).add(1));
      parts.add(head.narrow(1, 1, 1));
      return scope.keep(Functional.cat(parts, 1));
    }
  }

  /** Returns P, the number of vectors of a row. */
  public static int parts(TransformerConfig config) {
    return PARTS_OUTSIDE + PARTS_OF_BLOCK * config.depth();
  }

  /** All vectors of all rows, (B, P, C): embedding, parts of each block, parts of the head. */
  public Tensor joined() {
    return joined;
  }

  /** Class embeddings (B, C). */
  Tensor embedding() {
    return joined.select(1, 0);
  }

  Modulation block(int index) {
    return blocks.get(index);
  }

  ModulatedNorm head() {
    return head;
  }

  /** Number of rows B. */
  public int rows() {
    return (int) joined.size(0);
  }

  /** Returns the modulations of some rows of the batch, as views. */
  public Modulations rows(long first, long count) {
    return new Modulations(joined.narrow(0, first, count));
  }
}
