package io.nextscale.var.inference;

import io.nextscale.torch.Tensor;
import io.nextscale.var.generate.Predictor;
import io.nextscale.var.scale.Scales;

/**
 * Runs the transformer with a {@link KvCache} whose keys and values another run can take over, as
 * {@link MixedPrecision} does.
 */
public sealed interface SharedCachePredictor extends Predictor
    permits CachedPredictor, ParallelPredictor {
  @Override
  SharedCacheRun begin(long[] classes, Scales scales, Runnable interruption);

  /**
   * Begins a run beside another one, with the same rows and scales. It has its own cache, in the
   * element type of this predictor, for the first scales. It uses the other's modulations, so it is
   * closed before the other.
   *
   * @param count number of scales for which the cache has room
   */
  SharedCacheRun beginBeside(SharedCacheRun other, int count);

  /** A run with a cache. */
  sealed interface SharedCacheRun extends Predictor.Run permits CachedRun, ParallelRun {
    /** The rows of the batch. */
    CachedRows allRows();

    /**
     * Computes the hidden states of positions that follow others.
     *
     * @param start number of positions before them
     * @param input (B, l, C)
     * @return hidden states, float32 (B, l, C)
     */
    Tensor hiddenAt(long start, Tensor input);
  }
}
