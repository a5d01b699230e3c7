package io.nextscale.var.inference;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.util.List;

/** A run of all rows of a batch; it owns their modulations and states. */
final class CachedRun implements SharedCachePredictor.SharedCacheRun {
  private final TensorScope owner;
  private final CachedRows rows;
  private final CachedRows.Setup setup;

  /**
   * A run.
   *
   * @param owner owns the tensors of the rows; closed with the run
   */
  CachedRun(TensorScope owner, CachedRows rows) {
    this.owner = owner;
    this.rows = rows;
    setup = rows.setup();
  }

  /** Returns a chunk of the rows, as views that live as long as this run. */
  CachedRows chunk(int first, int count) {
    try (TensorScope.Entry entry = owner.enter()) {
      return rows.rows(first, count);
    }
  }

  @Override
  public CachedRows allRows() {
    return rows;
  }

  @Override
  public Tensor start() {
    return setup.transformer().startInput(rows.modulations(), setup.positions());
  }

  @Override
  public Tensor embed(int k, Tensor codes) {
    return setup.transformer().scaleInput(k, codes, setup.positions());
  }

  @Override
  public Tensor hidden(int k, Tensor input) {
    Scales scales = setup.scales();
    return rows.hiddenAt(scales.start(k), List.of(scales.get(k)), input);
  }

  @Override
  public Tensor hiddenAt(long start, List<Scale> grids, Tensor input) {
    return rows.hiddenAt(start, grids, input);
  }

  @Override
  public Tensor logits(Tensor hidden) {
    return setup.transformer().logits(hidden);
  }

  @Override
  public void close() {
    owner.close();
  }
}
