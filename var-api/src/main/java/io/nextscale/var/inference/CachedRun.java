package io.nextscale.var.inference;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.transformer.Modulations;
import io.nextscale.var.transformer.Positions;
import io.nextscale.var.transformer.VarTransformer;

/**
 * The run of some rows of a batch: their modulations, and their keys and values so far. Chunks of
 * rows are views that a run makes once (docs/experiments/0015-rows-split-once.md).
 */
public final class CachedRun implements CachingPredictor.CachingRun {
  private final TensorScope owner;
  private final Plan plan;
  private final KvCache cache;
  private final Modulations modulations;

  /**
   * The parts of a run that all rows share.
   *
   * @param interruption called before each block; may throw to end the run
   */
  record Plan(
      VarTransformer transformer,
      Scales scales,
      Positions.ScalePositions positions,
      Runnable interruption) {

    /** Returns the same plan for another transformer with the same weights. */
    Plan with(VarTransformer other) {
      return new Plan(other, scales, positions, interruption);
    }
  }

  CachedRun(TensorScope owner, Plan plan, KvCache cache, Modulations modulations) {
    this.owner = owner;
    this.plan = plan;
    this.cache = cache;
    this.modulations = modulations;
  }

  Plan plan() {
    return plan;
  }

  KvCache cache() {
    return cache;
  }

  /** Modulations of the rows. */
  public Modulations modulations() {
    return modulations;
  }

  /** Number of rows B. */
  int count() {
    return modulations.rows();
  }

  /** Returns some of the rows, as a view of this run; closing it closes this one. */
  CachedRun rows(int first, int count) {
    try (TensorScope.Entry entry = owner.enter()) {
      return new CachedRun(owner, plan, cache.rows(first, count), modulations.rows(first, count));
    }
  }

  @Override
  public CachedRun allRows() {
    return this;
  }

  @Override
  public Tensor start() {
    return plan.transformer().startInput(modulations, plan.positions());
  }

  @Override
  public Tensor embed(int k, Tensor codes) {
    return plan.transformer().scaleInput(k, codes, plan.positions());
  }

  @Override
  public Tensor hidden(int k, Tensor input) {
    return hiddenAt(plan.scales().start(k), input);
  }

  @Override
  public Tensor hiddenAt(long start, Tensor input) {
    return plan.transformer().hidden(input, modulations, cache.from(start), plan.interruption());
  }

  @Override
  public Tensor logits(Tensor hidden) {
    return plan.transformer().logits(hidden);
  }

  @Override
  public void close() {
    owner.close();
  }
}
