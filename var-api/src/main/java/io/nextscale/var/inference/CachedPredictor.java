package io.nextscale.var.inference;

import io.nextscale.torch.TensorScope;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.transformer.Modulations;
import io.nextscale.var.transformer.Positions;
import io.nextscale.var.transformer.VarTransformer;
import java.util.function.Function;

/**
 * Runs the transformer once per scale: a {@link KvCache} keeps keys and values of earlier scales,
 * and modulations are computed once per run (docs/experiments/0014-kv-cache-in-large-tensors.md).
 *
 * @param transformer the model, in any form
 */
public record CachedPredictor(VarTransformer transformer) implements CachingPredictor {
  @Override
  public long noClass() {
    return transformer.config().classes();
  }

  @Override
  public CachedRun begin(long[] classes, Scales scales, Runnable interruption) {
    Positions positions = transformer.positions();
    return owned(
        scope ->
            new CachedRun(
                scope,
                new CachedRun.Plan(transformer, scales, positions.of(scales), interruption),
                cache(classes.length, scales.tokens()),
                transformer.modulate(classes)));
  }

  @Override
  public CachedRun beginBeside(CachingRun other, int count) {
    CachedRun rows = other.allRows();
    CachedRun.Plan plan = rows.plan().with(transformer);
    Modulations modulations = rows.modulations();
    int tokens = plan.scales().start(count);
    return owned(
        scope -> new CachedRun(scope, plan, cache(modulations.rows(), tokens), modulations));
  }

  private KvCache cache(long rows, long tokens) {
    return new KvCache(
        transformer.config(), rows, tokens, transformer.computeType(), transformer.device());
  }

  /** Makes a run whose tensors belong to a scope of its own; closes the scope on failure. */
  private static CachedRun owned(Function<TensorScope, CachedRun> factory) {
    TensorScope scope = TensorScope.create();
    boolean begun = false;
    try (TensorScope.Entry entry = scope.enter()) {
      CachedRun run = factory.apply(scope);
      begun = true;
      return run;
    } finally {
      if (!begun) {
        scope.close();
      }
    }
  }
}
