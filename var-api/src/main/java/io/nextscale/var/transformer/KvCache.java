package io.nextscale.var.transformer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;

/**
 * Keys and values of all positions so far, for every block; allocated once for a run, in the scope
 * that is open then.
 */
public final class KvCache {
  private final Tensor[] keys;
  private final Tensor[] values;
  private long filled;

  /**
   * An empty cache.
   *
   * @param batch rows, twice the pictures under guidance
   * @param tokens L, all positions of a run
   */
  public KvCache(TransformerConfig config, long batch, long tokens, DType dtype, Device device) {
    keys = new Tensor[config.depth()];
    values = new Tensor[config.depth()];
    for (int i = 0; i < config.depth(); i++) {
      keys[i] = Tensor.empty(dtype, device, batch, config.heads(), tokens, config.headWidth());
      values[i] = Tensor.empty(dtype, device, batch, config.heads(), tokens, config.headWidth());
    }
  }

  /** Keys and values (B, H, L so far, d) of one block. */
  record Entries(Tensor keys, Tensor values) {}

  /** Writes (B, H, l, d) behind what block {@code index} has and returns everything up to there. */
  Entries append(int index, Tensor key, Tensor value) {
    long length = key.size(2);
    keys[index].narrow(2, filled, length).copyFrom(key);
    values[index].narrow(2, filled, length).copyFrom(value);
    return new Entries(
        keys[index].narrow(2, 0, filled + length), values[index].narrow(2, 0, filled + length));
  }

  /** Ends a scale: the next one is written behind it. */
  void advance(long tokens) {
    filled += tokens;
  }
}
