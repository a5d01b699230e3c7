package io.nextscale.var.inference;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.cpu.OneDnn;
import io.nextscale.torch.cpu.SystemMemory;
import io.nextscale.var.nn.Attention;
import io.nextscale.var.nn.BlockModel;
import io.nextscale.var.nn.DenseLinear;
import io.nextscale.var.nn.LayerForm;
import io.nextscale.var.nn.Linear;
import io.nextscale.var.nn.StackedLinear;
import java.util.function.IntConsumer;

/**
 * Brings a transformer into its inference form at first use: loading only maps files, and a model
 * that does not generate takes no memory (docs/experiments/0020-freed-memory-while-packing.md).
 *
 * @param <T> the transformer
 */
final class DeferredTransformer<T extends BlockModel<T>> {
  // freed weights go back to the system at this size: packed weights do not fit into their memory
  private static final long HELD_BYTES = 1 << 27;

  private final TensorScope weights;
  private final IntConsumer check;
  private T transformer;
  private boolean begun;
  private int blocksDone;
  private volatile long pending;

  /**
   * Defers the form.
   *
   * @param transformer as it was read
   * @param weights owns its tensors and those that replace them
   * @param check checks the weights of a block before its form is made
   */
  DeferredTransformer(T transformer, TensorScope weights, IntConsumer check) {
    this.transformer = transformer;
    this.weights = weights;
    this.check = check;
    MappedWeights mapped = new MappedWeights();
    for (int i = 0; i < transformer.depth(); i++) {
      transformer.mapBlock(i, mapped);
    }
    pending = mapped.bytes;
  }

  /** Counts the weights of blocks that lie in mapped files: their packed form takes memory. */
  private static final class MappedWeights implements LayerForm {
    private long bytes;

    @Override
    public Linear ofBlock(Linear linear) {
      if (linear instanceof StackedLinear stacked) {
        count(stacked.first());
        count(stacked.second());
      } else if (linear instanceof DenseLinear dense && OneDnn.packs(dense.weight())) {
        count(dense);
      }
      return linear;
    }

    private void count(DenseLinear dense) {
      Tensor weight = dense.weight();
      if (weight.isMapped()) {
        bytes += weight.numel() * weight.dtype().byteSize();
      }
    }

    @Override
    public Linear outsideBlocks(Linear linear) {
      return linear;
    }

    @Override
    public Attention attention(Attention attention, double largestScore) {
      return attention;
    }

    @Override
    public DType keyType(DType layers, Device device) {
      return layers;
    }
  }

  /** Bytes of memory that {@link #get} will still take, beside what it frees. */
  long pendingBytes() {
    return pending;
  }

  /** Returns the transformer in its inference form; the first call makes it, others wait. */
  synchronized T get() {
    if (!begun) {
      try (TensorScope.Entry entry = weights.enter()) {
        transformer = transformer.mapOutside(new TransformerForm());
      }
      begun = true;
    }
    long held = 0;
    int depth = transformer.depth();
    while (blocksDone < depth) {
      check.accept(blocksDone);
      TransformerForm form = new TransformerForm(); // forgets what an attempt that failed replaced
      try (TensorScope.Entry entry = weights.enter()) {
        transformer = transformer.mapBlock(blocksDone, form);
      }
      held += form.freeReplaced();
      pending -= pending / (depth - blocksDone);
      blocksDone++;
      if (held >= HELD_BYTES || blocksDone == depth) {
        SystemMemory.trim();
        held = 0;
      }
    }
    return transformer;
  }
}
