package io.nextscale.var.transformer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;

/**
 * Keys and values of all positions so far, for every block; allocated once for a run, in the scope
 * that is open then. It does not know how far it is filled: whoever writes says where.
 */
final class KvCache {
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
    long[] shape = {keys.length, batch, config.heads(), tokens, config.headWidth()};
    Tensor allKeys = Tensor.empty(dtype, device, shape);
    Tensor allValues = Tensor.empty(dtype, device, shape);
    for (int i = 0; i < keys.length; i++) {
      keys[i] = allKeys.select(0, i);
      values[i] = allValues.select(0, i);
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
