package io.nextscale.var;

import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import io.nextscale.var.transformer.VarTransformer;

/**
 * A transformer that is brought into the form that computes fastest where it is first used: loading
 * stays a matter of mapping files, and a model that is only looked at costs no memory.
 */
final class PackedTransformer {
  // plain weights that are freed before their memory is given back: packed ones fit into it badly
  private static final long HELD_BYTES = 1 << 27;

  private final TensorScope weights;
  private VarTransformer transformer;
  private int packed;

  /**
   * A transformer as it was read.
   *
   * @param weights owns its tensors, and those that take their place
   */
  PackedTransformer(VarTransformer transformer, TensorScope weights) {
    this.transformer = transformer;
    this.weights = weights;
  }

  /** The transformer; the first call packs it block by block, others wait for that. */
  synchronized VarTransformer get() {
    int last = transformer.blocks().size() - 1;
    long held = 0;
    for (; packed <= last; packed++) {
      held += transformer.packableBytes(packed);
      try (TensorScope.Entry entry = weights.enter()) {
        transformer = transformer.withPackedBlock(packed);
      }
      if (held >= HELD_BYTES || packed == last) {
        Torch.trimMemory();
        held = 0;
      }
    }
    return transformer;
  }
}
