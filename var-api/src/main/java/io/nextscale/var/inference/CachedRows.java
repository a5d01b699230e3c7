package io.nextscale.var.inference;

import io.nextscale.torch.Tensor;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.transformer.Modulations;
import io.nextscale.var.transformer.Positions;
import io.nextscale.var.transformer.VarTransformer;
import java.util.List;

/**
 * Some rows of a batch on their way from scale to scale. They own no memory: a {@link CachedRun}
 * does.
 *
 * @param setup shared by all rows of the run
 * @param states of the mixers so far
 * @param modulations theirs
 */
public record CachedRows(Setup setup, MixerStates states, Modulations modulations) {
  /**
   * The parts of a run that all rows share.
   *
   * @param interruption called before each block; may throw to end the run
   */
  public record Setup(
      VarTransformer transformer,
      Scales scales,
      Positions.ScalePositions positions,
      Runnable interruption) {

    /** Returns the same setup for another transformer with the same weights. */
    Setup with(VarTransformer other) {
      return new Setup(other, scales, positions, interruption);
    }
  }

  /** Number of rows B. */
  public int count() {
    return modulations.rows();
  }

  /** Returns some of the rows, as views that join the innermost scope. */
  CachedRows rows(int first, int count) {
    return new CachedRows(setup, states.rows(first, count), modulations.rows(first, count));
  }

  /** Computes hidden states, see {@link SharedCachePredictor.SharedCacheRun#hiddenAt}. */
  Tensor hiddenAt(long start, List<Scale> grids, Tensor input) {
    return setup
        .transformer()
        .hidden(input, modulations, states.pass(start, grids), setup.interruption());
  }
}
