package io.nextscale.evaluate.feature;

import io.nextscale.evaluate.error.EvaluationException;
import io.nextscale.evaluate.image.ImageSet;
import io.nextscale.evaluate.image.RgbSamples;
import io.nextscale.evaluate.inception.Inception;
import io.nextscale.evaluate.inception.InputScaling;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * Computes the features of a set of images into a file, from the first image that is not there on.
 * Two threads decode and resize images ahead while the calling thread runs the network.
 *
 * @param network the network
 * @param scaling the preparation of its input
 * @param batch images that the network computes together, at least 1
 */
public record FeaturePass(Inception network, InputScaling scaling, int batch) {
  private static final int DECODERS = 2;
  private static final int BATCHES_AHEAD = 2;

  /** Checks that no component is null. */
  public FeaturePass {
    Objects.requireNonNull(network, "network");
    Objects.requireNonNull(scaling, "scaling");
  }

  /**
   * Computes what is missing.
   *
   * @param progress is told the number of images that are done, after each batch
   * @param cancelled is asked before each batch
   * @throws CancellationException if cancelled; finished batches are kept
   * @throws EvaluationException if an image cannot be read or the file cannot be written
   */
  public void run(
      ImageSet images, FeatureFile target, IntConsumer progress, BooleanSupplier cancelled) {
    int next = target.rows();
    try (ExecutorService decoders =
            Executors.newFixedThreadPool(
                DECODERS, Thread.ofPlatform().daemon().name("nextscale-decode-", 1).factory());
        ImageSet.Images source = images.open(next)) {
      Deque<Future<float[]>> ahead = new ArrayDeque<>();
      try {
        while (target.rows() < images.size()) {
          if (cancelled.getAsBoolean()) {
            throw new CancellationException("the evaluation was cancelled");
          }
          for (; next < images.size() && ahead.size() < (1 + BATCHES_AHEAD) * batch; next++) {
            Supplier<RgbSamples> image = source.next();
            ahead.add(decoders.submit(() -> scaling.input(image.get())));
          }
          compute(ahead, target);
          progress.accept(target.rows());
        }
      } finally {
        ahead.forEach(task -> task.cancel(false));
      }
    }
  }

  private void compute(Deque<Future<float[]>> ahead, FeatureFile target) {
    int count = Math.min(batch, ahead.size());
    List<float[]> inputs = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      inputs.add(result(ahead.remove()));
    }
    target.append(ImageFeatures.of(network, inputs));
  }

  private static float[] result(Future<float[]> task) {
    try {
      return task.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw new IllegalStateException(e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("the thread was interrupted");
    }
  }
}
