package io.nextscale.var.inference;

import io.nextscale.torch.TensorScope;
import io.nextscale.torch.cpu.SystemMemory;
import io.nextscale.var.transformer.VarTransformer;

/**
 * A transformer that is brought into its inference form where it is first used: loading stays a
 * matter of mapping files, and a model that is only looked at takes no memory.
 */
final class DeferredTransformer {
  // freed weights whose memory is given back at once: packed ones fit into it badly
  private static final long HELD_BYTES = 1 << 27;

  private final TensorScope weights;
  private final TransformerForm form = new TransformerForm();
  private VarTransformer transformer;
  private boolean begun;
  private int blocksDone;

  /**
   * Defers the form.
   *
   * @param transformer as it was read
   * @param weights owns its tensors, and those that take their place
   */
  DeferredTransformer(VarTransformer transformer, TensorScope weights) {
    this.transformer = transformer;
    this.weights = weights;
  }

  /** The transformer in its inference form; the first call makes it, others wait for that. */
  synchronized VarTransformer get() {
    if (!begun) {
      transformer = transformer.mapOutside(form);
      begun = true;
    }
    long held = 0;
    int depth = transformer.config().depth();
    while (blocksDone < depth) {
      try (TensorScope.Entry entry = weights.enter()) {
        transformer = transformer.mapBlock(blocksDone, form);
      }
      held += form.freeReplaced();
      blocksDone++;
      if (held >= HELD_BYTES || blocksDone == depth) {
        SystemMemory.trim();
        held = 0;
      }
    }
    return transformer;
  }
}
