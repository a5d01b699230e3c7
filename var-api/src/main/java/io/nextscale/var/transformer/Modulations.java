package io.nextscale.var.transformer;

import io.nextscale.torch.Tensor;
import java.util.List;

/**
 * Everything that depends on the classes of a run alone: computed once, used at every scale.
 *
 * @param embedding (B, C) of the classes
 * @param blocks one for each block
 * @param head of the classifier's input
 */
public record Modulations(Tensor embedding, List<Modulation> blocks, ModulatedNorm head) {

  /** Of some rows of a batch of several. */
  Modulations rows(long first, long count) {
    return new Modulations(
        embedding.narrow(0, first, count),
        blocks.stream().map(block -> block.rows(first, count)).toList(),
        head.rows(first, count));
  }
}
