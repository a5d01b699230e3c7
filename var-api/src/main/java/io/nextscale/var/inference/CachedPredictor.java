package io.nextscale.var.inference;

import io.nextscale.torch.TensorScope;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.transformer.Modulations;
import io.nextscale.var.transformer.VarTransformer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Runs the transformer once per scale: {@link MixerStates} keep what mixers carry from earlier
 * scales, and modulations are computed once per run
 * (docs/experiments/0014-kv-cache-in-large-tensors.md).
 *
 * @param transformer the model, in any form
 * @param modulation returns the modulations of classes
 */
public record CachedPredictor(VarTransformer transformer, Function<long[], Modulations> modulation)
    implements SharedCachePredictor {
  /** Runs a model that computes the modulations of every run. */
  public CachedPredictor(VarTransformer transformer) {
    this(transformer, transformer::modulate);
  }

  @Override
  public long noClass() {
    return transformer.config().classes();
  }

  @Override
  public SharedCacheRun begin(long[] classes, Scales scales, Runnable interruption) {
    return run(classes, scales, interruption);
  }

  @Override
  public SharedCacheRun beginBeside(SharedCacheRun other, int count) {
    return runBeside(other, count);
  }

  CachedRun run(long[] classes, Scales scales, Runnable interruption) {
    return owned( // with the positions, which may be computed for these scales
        () ->
            new CachedRows(
                new CachedRows.Setup(
                    transformer, scales, transformer.positions().of(scales), interruption),
                states(classes.length, scales.tokens()),
                modulation.apply(classes)));
  }

  CachedRun runBeside(SharedCacheRun other, int count) {
    CachedRows rows = other.allRows();
    CachedRows.Setup setup = rows.setup().with(transformer);
    int tokens = setup.scales().start(count);
    return owned(() -> new CachedRows(setup, states(rows.count(), tokens), rows.modulations()));
  }

  private MixerStates states(long rows, long tokens) {
    return new MixerStates(
        transformer.config(), rows, tokens, transformer.computeType(), transformer.device());
  }

  /** Makes a run whose tensors belong to a scope of its own; closes the scope on failure. */
  private static CachedRun owned(Supplier<CachedRows> rows) {
    TensorScope scope = TensorScope.create();
    boolean begun = false;
    try (TensorScope.Entry entry = scope.enter()) {
      CachedRun run = new CachedRun(scope, rows.get());
      begun = true;
      return run;
    } finally {
      if (!begun) {
        scope.close();
      }
    }
  }
}
