package io.nextscale.var.inference;

import io.nextscale.torch.Tensor;
import io.nextscale.var.generate.Predictor;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.util.List;

/**
 * Runs the transformer with {@link MixerStates} that another run can take over, as {@link
 * MixedPrecision} does.
 */
public sealed interface SharedCachePredictor extends Predictor
    permits CachedPredictor, ParallelPredictor {
  @Override
  SharedCacheRun begin(long[] classes, Scales scales, Runnable interruption);

  /**
   * Begins a run beside another one, with the same rows and scales. It has its own states, in the
   * element type of this predictor, for the first scales. It uses the other's modulations, so it is
   * closed before the other.
   *
   * @param count number of scales for which the states have room
   */
  SharedCacheRun beginBeside(SharedCacheRun other, int count);

  /** A run with states. */
  sealed interface SharedCacheRun extends Predictor.Run permits CachedRun, ParallelRun {
    /** The rows of the batch. */
    CachedRows allRows();

    /**
     * Computes the hidden states of positions that follow others.
     *
     * @param start number of positions before them
     * @param grids the scales that they fill, one after the other
     * @param input (B, l, C)
     * @return hidden states, float32 (B, l, C)
     */
    Tensor hiddenAt(long start, List<Scale> grids, Tensor input);
  }
}
