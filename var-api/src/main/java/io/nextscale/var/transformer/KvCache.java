package io.nextscale.var.transformer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;

/**
 * Keys and values of all positions so far, for every block; allocated once for a run, in the scope
 * that is open then. It does not know how far it is filled: whoever writes says where.
 */
final class KvCache {
  // memory of several blocks is one: many smaller ones would leave gaps that nothing later fits
  // into, and larger ones would go back to the system after each picture, which takes time to clear
  // them for the next (docs/PERFORMANCE.md)
  private static final long LARGEST_BYTES = 48 << 20;

  private final Tensor[] keys;
  private final Tensor[] values;

  private KvCache(int depth) {
    keys = new Tensor[depth];
    values = new Tensor[depth];
  }

  /**
   * An empty cache.
   *
   * @param batch rows, twice the pictures under guidance
   * @param tokens L, all positions of a run
   */
  KvCache(TransformerConfig config, long batch, long tokens, DType dtype, Device device) {
    this(config.depth());
    long numbers = 2 * batch * config.heads() * tokens * config.headWidth();
    int together = Math.clamp(LARGEST_BYTES / (numbers * dtype.byteSize()), 1, keys.length);
    for (int first = 0; first < keys.length; first += together) {
      int count = Math.min(together, keys.length - first);
      Tensor some =
          Tensor.empty(
              dtype, device, 2L * count, batch, config.heads(), tokens, config.headWidth());
      for (int i = 0; i < count; i++) {
        keys[first + i] = some.select(0, 2 * i);
        values[first + i] = some.select(0, 2 * i + 1);
      }
    }
  }

  /** Some rows of the batch, as a cache that shares this one's memory. */
  KvCache rows(long first, long count) {
    KvCache rows = new KvCache(keys.length);
    for (int i = 0; i < keys.length; i++) {
      rows.keys[i] = keys[i].narrow(0, first, count);
      rows.values[i] = values[i].narrow(0, first, count);
    }
    return rows;
  }

  /** Keys of one block from a position on, (B, H, length, d), to be read or written. */
  Tensor keys(int block, long start, long length) {
    return keys[block].narrow(2, start, length);
  }

  /** Values of one block, likewise. */
  Tensor values(int block, long start, long length) {
    return values[block].narrow(2, start, length);
  }
}
