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
  private static final int PARTS_OF_BRANCH = 3; // gamma, scale, shift
  private static final int PARTS_OUTSIDE = 3; // class embedding, the head's scale and shift

  private final Tensor joined;
  private final int branches;
  private final List<List<Modulation>> blocks;
  private final ModulatedNorm head;

  /**
   * Splits joined modulations, as views in the innermost scope.
   *
   * @param joined (B, P, C) as of {@link #joined}; the modulations use its memory
   * @param branches of each block
   */
  public Modulations(Tensor joined, int branches) {
    this.joined = joined;
    this.branches = branches;
    long rows = joined.size(0);
    long width = joined.size(2);
    // (B, 1, C); of a single row (C), with which a norm is one operator
    Tensor[] parts =
        rows == 1
            ? Functional.unbind(joined.reshape(-1, width), 0)
            : Functional.unbind(joined.unsqueeze(2), 1);
    List<List<Modulation>> split = new ArrayList<>();
    int ofBlock = PARTS_OF_BRANCH * branches;
    int next = 1;
    for (; next + ofBlock < parts.length; next += ofBlock) {
      List<Modulation> block = new ArrayList<>();
      for (int gamma = next; gamma < next + branches; gamma++) {
        // the official order: all gammas, all scales, all shifts
        Tensor shift = parts[gamma + 2 * branches];
        block.add(new Modulation(parts[gamma], new ModulatedNorm(parts[gamma + branches], shift)));
      }
      split.add(List.copyOf(block));
    }
    blocks = List.copyOf(split);
    head = new ModulatedNorm(parts[next], parts[next + 1]);
  }

  /**
   * Joins the modulations of a run.
   *
   * @param embedding class embeddings (B, C)
   * @param blocks gammas, scales and shifts of the n branches of each block, (B, 3n, C)
   * @param head scale and shift of the head's norm, (B, 2, C)
   * @return (B, P, C), as of {@link #joined}
   */
  static Tensor join(Tensor embedding, List<Tensor> blocks, Tensor head) {
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> parts = new ArrayList<>();
      parts.add(embedding.unsqueeze(1));
      for (Tensor block : blocks) {
        long branches = block.size(1) / PARTS_OF_BRANCH;
        parts.add(block.narrow(1, 0, branches));
        parts.add(block.narrow(1, branches, branches).add(1)); // a norm multiplies by 1 + scale
        parts.add(block.narrow(1, 2 * branches, branches));
      }
      parts.add(head.narrow(1, 0, 1).add(1));
      parts.add(head.narrow(1, 1, 1));
      return scope.keep(Functional.cat(parts, 1));
    }
  }

  /** Returns P, the number of vectors of a row. */
  public static int parts(TransformerConfig config) {
    return PARTS_OUTSIDE + PARTS_OF_BRANCH * config.branches() * config.depth();
  }

  /** All vectors of all rows, (B, P, C): embedding, parts of each block, parts of the head. */
  public Tensor joined() {
    return joined;
  }

  /** Class embeddings (B, C). */
  Tensor embedding() {
    return joined.select(1, 0);
  }

  /** The modulations of the branches of a block. */
  List<Modulation> block(int index) {
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
    return new Modulations(joined.narrow(0, first, count), branches);
  }
}
