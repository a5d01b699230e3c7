package io.nextscale.var.inference;

import io.nextscale.torch.Tensor;
import io.nextscale.var.generate.Predictor;
import io.nextscale.var.scale.Scales;

/** A predictor whose runs keep keys and values in a cache that another run may take over. */
public sealed interface CachingPredictor extends Predictor
    permits CachedPredictor, ParallelPredictor {
  @Override
  CachingRun begin(long[] classes, Scales scales, Runnable interruption);

  /**
   * Begins a run beside another one: the same model, rows and scales, but a cache of its own for
   * the first scales, in the element type of this predictor. It uses the other's modulations, so it
   * must be closed first.
   *
   * @param count number of scales that the cache has room for
   */
  CachingRun beginBeside(CachingRun other, int count);

  /** A run with a cache. */
  sealed interface CachingRun extends Predictor.Run permits CachedRun, ParallelRun {
    /** The state of all rows. */
    CachedRun rows();

    /**
     * Hidden states of positions that follow others.
     *
     * @param start number of positions before
     * @param input (B, l, C)
     * @return float32 (B, l, C)
     */
    Tensor hiddenAt(long start, Tensor input);
  }
}
