package io.nextscale.var.inference;

import io.nextscale.var.scale.Scales;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Computes the rows of a batch in parallel, each chunk of rows on its own thread. Threads that
 * share an operator meet after every operator; threads with rows of their own do not
 * (docs/decisions/0007-rows-in-parallel.md).
 *
 * @param chunks computes a chunk of rows
 */
public record ParallelPredictor(CachedPredictor chunks) implements SharedCachePredictor {
  @Override
  public long noClass() {
    return chunks.noClass();
  }

  @Override
  public SharedCacheRun begin(long[] classes, Scales scales, Runnable interruption) {
    return new ParallelRun(chunks.run(classes, scales, endingAll(interruption)));
  }

  @Override
  public SharedCacheRun beginBeside(SharedCacheRun other, int count) {
    return new ParallelRun(chunks.runBeside(other, count));
  }

  /** Ends all threads at their next block once the interruption ends one of them. */
  private static Runnable endingAll(Runnable interruption) {
    AtomicReference<@Nullable RuntimeException> end = new AtomicReference<>();
    return () -> {
      RuntimeException first = end.get();
      if (first != null) {
        throw first;
      }
      try {
        interruption.run();
      } catch (RuntimeException e) {
        end.compareAndSet(null, e);
        throw e;
      }
    };
  }
}
