package io.nextscale.evaluate.feature;

import io.nextscale.evaluate.error.EvaluationException;
import io.nextscale.evaluate.image.ImageSet;
import io.nextscale.evaluate.image.RgbSamples;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.torch.cpu.Parallel;
import io.nextscale.torch.cpu.SystemMemory;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.IntConsumer;

/**
 * Computes the features of a set of images into a file, from the first image that is not there on.
 * Each thread of libtorch computes batches of its own, since threads that share a batch wait for
 * each other (docs/experiments/0052-inception.md); other threads decode images ahead.
 *
 * @param features computes those of a batch, on several threads at once
 * @param batch images that a thread computes together, at least 1
 */
public record FeaturePass(Function<List<RgbSamples>, List<ImageFeatures>> features, int batch) {
  private static final Duration TRIM_PAUSE = Duration.ofSeconds(10);

  /** Checks that no component is null. */
  public FeaturePass {
    Objects.requireNonNull(features, "features");
  }

  /**
   * Computes what is missing.
   *
   * @param progress is told the number of images that are done, after each batch, by one thread at
   *     a time
   * @param cancelled is asked before each batch
   * @throws CancellationException if cancelled; finished batches are kept
   * @throws EvaluationException if an image cannot be read or the file cannot be written
   */
  public void run(
      ImageSet images, FeatureFile target, IntConsumer progress, BooleanSupplier cancelled) {
    int threads = CpuThreads.count();
    int missing = images.size() - target.rows();
    int size = Math.clamp((missing + threads - 1) / threads, 1, batch); // work for each thread
    OrderedFeatures results = new OrderedFeatures(target, progress);
    try (DecodedBatches batches = new DecodedBatches(images, target.rows(), size, threads)) {
      Parallel.forEach(threads, thread -> compute(batches, results, cancelled));
    }
  }

  private void compute(DecodedBatches batches, OrderedFeatures results, BooleanSupplier cancelled) {
    boolean complete = false;
    try {
      DecodedBatches.Batch next = batches.next(cancelled);
      while (next != null) {
        results.add(next.first(), features.apply(next.images()));
        SystemMemory.trimNowAndThen(
            TRIM_PAUSE); // feature maps leave gaps that no later one fits in
        next = batches.next(cancelled);
      }
      complete = true;
    } finally {
      if (!complete) {
        batches.end(); // the other threads finish theirs
      }
    }
  }
}
