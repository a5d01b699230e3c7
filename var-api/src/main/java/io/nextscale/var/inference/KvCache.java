package io.nextscale.var.inference;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.transformer.AttentionContext;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of all positions so far, for every block; allocated once for a run, in the scope
 * that is open then. It does not know how far it is filled: whoever writes says where.
 */
final class KvCache {
  // several blocks share a tensor: many small ones would leave gaps that nothing later fits into,
  // and larger ones would go back to the system after each image and be cleared for the next
  private static final long LARGEST_BYTES = 48 << 20;

  private final Tensor[] blocks;

  private KvCache(Tensor[] blocks) {
    this.blocks = blocks;
  }

  /**
   * An empty cache.
   *
   * @param rows of the batch, twice the images under guidance
   * @param tokens L, all positions of a run
   */
  KvCache(TransformerConfig config, long rows, long tokens, DType dtype, Device device) {
    this(new Tensor[config.depth()]);
    long elements = 2 * rows * config.heads() * tokens * config.headWidth();
    int together = Math.clamp(LARGEST_BYTES / (elements * dtype.byteSize()), 1, blocks.length);
    for (int first = 0; first < blocks.length; first += together) {
      int count = Math.min(together, blocks.length - first);
      Tensor some =
          Tensor.empty(dtype, device, count, 2, rows, config.heads(), tokens, config.headWidth());
      for (int i = 0; i < count; i++) {
        blocks[first + i] = some.select(0, i);
      }
    }
  }

  /** Some rows of the batch, as a cache that shares this one's memory. */
  KvCache rows(long first, long count) {
    Tensor[] rows = new Tensor[blocks.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = blocks[i].narrow(1, first, count);
    }
    return new KvCache(rows);
  }

  /** Copies some positions of another cache of the same blocks and rows, in any type. */
  void copyFrom(KvCache other, long start, long length) {
    try (TensorScope scope = TensorScope.open()) {
      for (int i = 0; i < blocks.length; i++) {
        at(i, start, length).copyFrom(other.at(i, start, length));
      }
    }
  }

  /** Keys, then values, of one block from a position on: (2, B, H, length, d), to read or write. */
  Tensor at(int block, long start, long length) {
    return blocks[block].narrow(3, start, length);
  }

  /**
   * The context of positions that follow others.
   *
   * @param start number of positions before, which the cache has; these are added behind them
   */
  AttentionContext from(long start) {
    return new Cached(this, start);
  }

  private record Cached(KvCache cache, long start) implements AttentionContext {
    @Override
    public KeyValue extend(int block, KeyValue own) {
      long length = own.key().size(2);
      Tensor added = cache.at(block, start, length);
      added.select(0, 0).copyFrom(own.key());
      added.select(0, 1).copyFrom(own.value());
      Tensor all = cache.at(block, 0, start + length);
      return new KeyValue(all.select(0, 0), all.select(0, 1));
    }

    @Override
    public @Nullable Tensor mask() {
      return null;
    }
  }
}
