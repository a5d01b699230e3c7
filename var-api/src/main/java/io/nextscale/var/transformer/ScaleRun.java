package io.nextscale.var.transformer;

import io.nextscale.torch.Tensor;
import io.nextscale.var.scale.Scales;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a batch on their way through all scales of a run, the first of them in float32 where
 * there is an {@link ExactStart}. Closing frees what the rows have.
 */
public final class ScaleRun implements AutoCloseable {
  /** The rows once more, with keys and values of the first scales in float32. */
  private record Exact(VarTransformer transformer, int scales, CachedRows rows) {}

  private final VarTransformer transformer;
  private final Scales scales;
  private final CachedRows rows;
  private final @Nullable Exact exact;

  private ScaleRun(
      VarTransformer transformer, Scales scales, CachedRows rows, @Nullable Exact exact) {
    this.transformer = transformer;
    this.scales = scales;
    this.rows = rows;
    this.exact = exact;
  }

  /**
   * Begins a run.
   *
   * @param start computes the first scales, or none
   * @param classes one a row of the batch, 0 to {@code config.classes()} (no class)
   */
  public static ScaleRun begin(
      VarTransformer transformer, @Nullable ExactStart start, long[] classes, Scales scales) {
    CachedRows rows = transformer.begin(classes, scales.tokens());
    boolean begun = false;
    try {
      Exact exact = start == null ? null : begin(start, rows, scales);
      begun = true;
      return new ScaleRun(transformer, scales, rows, exact);
    } finally {
      if (!begun) {
        rows.close();
      }
    }
  }

  private static @Nullable Exact begin(ExactStart start, CachedRows rows, Scales scales) {
    int count = start.of(scales);
    if (count == 0) {
      return null;
    }
    int tokens = scales.start(count - 1) + scales.get(count - 1).tokens();
    VarTransformer twin = start.transformer();
    return new Exact(twin, count, twin.begin(rows.modulations(), rows.count(), tokens));
  }

  /** Everything that depends on the classes alone. */
  public Modulations modulations() {
    return rows.modulations();
  }

  /**
   * Runs all blocks over scale k; the scales before have been run.
   *
   * @param input (B, l, C)
   * @param betweenBlocks called before each block, by every thread that computes; may throw to end
   * @return what {@link VarTransformer#logits} is a linear map of, float32 (B, l, C)
   */
  public Tensor features(int k, Tensor input, Runnable betweenBlocks) {
    int start = scales.start(k);
    if (exact == null || k >= exact.scales()) {
      return transformer.features(input, rows, start, betweenBlocks);
    }
    Tensor features = exact.transformer().features(input, exact.rows(), start, betweenBlocks);
    rows.cache().copyFrom(exact.rows().cache(), start, scales.get(k).tokens());
    return features;
  }

  @Override
  public void close() {
    if (exact != null) {
      exact.rows().close();
    }
    rows.close();
  }
}
