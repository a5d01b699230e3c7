package io.nextscale.var.inference;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.transformer.AttentionContext;
import io.nextscale.var.transformer.AttentionContext.KeyValue;
import org.jspecify.annotations.Nullable;

/**
 * Holds keys and values of all positions so far, for every block. It is allocated once per run, in
 * the open scope, and the caller says which positions it reads and writes. Blocks share large
 * tensors (docs/experiments/0014-kv-cache-in-large-tensors.md); keys and values of a block lie
 * together (docs/experiments/0022-keys-and-values-together.md).
 */
public final class KvCache {
  // smaller tensors would leave gaps in the heap that nothing later fits into; larger ones would go
  // back to the system after each image and be cleared for the next
  private static final long LARGEST_BYTES = 48 << 20;

  private final Tensor[] blocks; // (2, B, H, L, d)
  private final KeyValue[] parts; // views of the same

  private KvCache(Tensor[] blocks) {
    this.blocks = blocks;
    parts = new KeyValue[blocks.length];
    for (int i = 0; i < blocks.length; i++) {
      Tensor[] split = Functional.unbind(blocks[i], 0);
      parts[i] = new KeyValue(split[0], split[1]);
    }
  }

  /**
   * Allocates a cache.
   *
   * @param rows rows B of the batch, two per image under guidance
   * @param tokens number of positions L of a run
   * @param dtype element type of keys and values
   */
  KvCache(TransformerConfig config, long rows, long tokens, DType dtype, Device device) {
    this(allocate(config, rows, tokens, dtype, device));
  }

  private static Tensor[] allocate(
      TransformerConfig config, long rows, long tokens, DType dtype, Device device) {
    Tensor[] blocks = new Tensor[config.depth()];
    long elements = 2 * rows * config.heads() * tokens * config.headWidth();
    int together = Math.clamp(LARGEST_BYTES / (elements * dtype.byteSize()), 1, blocks.length);
    for (int first = 0; first < blocks.length; first += together) {
      int count = Math.min(together, blocks.length - first);
      Tensor shared =
          Tensor.empty(dtype, device, count, 2, rows, config.heads(), tokens, config.headWidth());
      for (int i = 0; i < count; i++) {
        blocks[first + i] = shared.select(0, i);
      }
    }
    return blocks;
  }

  /** Returns a cache of some rows, which shares this one's memory. */
  KvCache rows(long first, long count) {
    Tensor[] rows = new Tensor[blocks.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = blocks[i].narrow(1, first, count);
    }
    return new KvCache(rows);
  }

  /** Copies some positions of another cache of the same blocks and rows, of any element type. */
  void copyFrom(KvCache other, long start, long length) {
    try (TensorScope scope = TensorScope.open()) {
      for (int i = 0; i < blocks.length; i++) {
        at(i, start, length).copyFrom(other.at(i, start, length));
      }
    }
  }

  /** Returns a view (2, B, H, length, d) of one block's keys, then values, from a position on. */
  Tensor at(int block, long start, long length) {
    return blocks[block].narrow(3, start, length);
  }

  /**
   * Returns the context of positions that follow others; it adds their keys and values.
   *
   * @param start number of positions before them, which the cache has
   */
  AttentionContext from(long start) {
    return new Cached(this, start);
  }

  private record Cached(KvCache cache, long start) implements AttentionContext {
    @Override
    public KeyValue extend(int block, KeyValue own) {
      long length = own.key().size(2);
      Tensor keys = cache.parts[block].key();
      Tensor values = cache.parts[block].value();
      keys.narrow(2, start, length).copyFrom(own.key());
      values.narrow(2, start, length).copyFrom(own.value());
      return new KeyValue(keys.narrow(2, 0, start + length), values.narrow(2, 0, start + length));
    }

    @Override
    public @Nullable Tensor mask() {
      return null;
    }
  }
}
