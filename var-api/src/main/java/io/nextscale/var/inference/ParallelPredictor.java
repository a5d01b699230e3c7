package io.nextscale.var.inference;

import io.nextscale.var.scale.Scales;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Computes the rows of a batch side by side, each chunk of rows by a thread of its own. Threads
 * that share an operator meet after every one of them; threads with rows of their own do not
 * (docs/decisions/0007-rows-in-parallel.md).
 *
 * @param one computes a chunk
 */
public record ParallelPredictor(CachedPredictor one) implements CachingPredictor {
  @Override
  public long noClass() {
    return one.noClass();
  }

  @Override
  public ParallelRun begin(long[] classes, Scales scales, Runnable interruption) {
    return new ParallelRun(one.begin(classes, scales, endingAll(interruption)));
  }

  @Override
  public ParallelRun beginBeside(CachingRun other, int count) {
    return new ParallelRun(one.beginBeside(other, count));
  }

  /** Ends all threads at their next block where one of them is told to end. */
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
