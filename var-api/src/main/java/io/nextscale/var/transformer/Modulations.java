package io.nextscale.var.transformer;

import io.nextscale.torch.Tensor;
import java.util.List;
import java.util.function.UnaryOperator;

/** Modulations of all blocks and of the head: computed once per run, used at every scale. */
public final class Modulations {
  private final Tensor embedding;
  private final List<Modulation> blocks;
  private final ModulatedNorm head;

  /**
   * Collects the modulations of a run.
   *
   * @param embedding class embeddings (B, C)
   * @param blocks one for each block
   * @param head norm of the head
   */
  Modulations(Tensor embedding, List<Modulation> blocks, ModulatedNorm head) {
    this.embedding = embedding;
    this.blocks = List.copyOf(blocks);
    this.head = head;
  }

  Tensor embedding() {
    return embedding;
  }

  Modulation block(int index) {
    return blocks.get(index);
  }

  ModulatedNorm head() {
    return head;
  }

  /** Number of rows B. */
  public int rows() {
    return (int) embedding.size(0);
  }

  /** Returns the modulations of some rows of the batch, as views. */
  public Modulations rows(long first, long count) {
    return map(tensor -> tensor.narrow(0, first, count));
  }

  private Modulations map(UnaryOperator<Tensor> change) {
    return new Modulations(
        change.apply(embedding),
        blocks.stream().map(block -> block.map(change)).toList(),
        head.map(change));
  }
}
