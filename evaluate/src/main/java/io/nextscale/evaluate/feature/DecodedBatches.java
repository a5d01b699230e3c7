package io.nextscale.evaluate.feature;

import io.nextscale.evaluate.image.ImageSet;
import io.nextscale.evaluate.image.RgbSamples;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Hands out the images of a set in batches to several threads. Own threads decode them ahead. */
final class DecodedBatches implements AutoCloseable {
  private static final int LEAST_DECODERS = 2;
  private static final int THREADS_FOR_DECODER = 4;

  private final int size;
  private final int batch;
  private final int ahead;
  private final ExecutorService decoders;
  private final ImageSet.Images source;
  private final Deque<Future<RgbSamples>> decoding = new ArrayDeque<>();
  private int submitted;
  private int next;
  private boolean ended;

  /**
   * A batch.
   *
   * @param first place of its first image in the set
   */
  record Batch(int first, List<RgbSamples> images) {}

  /**
   * Begins to decode.
   *
   * @param first place of the first image
   * @param batch images of a batch
   * @param threads that will take batches
   */
  DecodedBatches(ImageSet images, int first, int batch, int threads) {
    this.size = images.size();
    this.batch = batch;
    this.ahead = (threads + 1) * batch;
    this.submitted = first;
    this.next = first;
    this.source = images.open(first);
    this.decoders =
        Executors.newFixedThreadPool(
            Math.max(LEAST_DECODERS, threads / THREADS_FOR_DECODER),
            Thread.ofPlatform().daemon().name("nextscale-decode-", 1).factory());
  }

  /**
   * Takes the next batch; waits until it is decoded.
   *
   * @return null after the last one, or after {@link #end}
   * @throws CancellationException if cancelled
   */
  synchronized @Nullable Batch next(BooleanSupplier cancelled) {
    if (ended || next == size) {
      return null;
    }
    if (cancelled.getAsBoolean()) {
      throw new CancellationException("the evaluation was cancelled");
    }
    for (; submitted < size && decoding.size() < ahead; submitted++) {
      Supplier<RgbSamples> image = source.next();
      decoding.add(decoders.submit(image::get));
    }
    int count = Math.min(batch, size - next);
    List<RgbSamples> images = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      images.add(result(decoding.remove()));
    }
    next += count;
    return new Batch(next - count, images);
  }

  /** Hands out nothing more. */
  synchronized void end() {
    ended = true;
  }

  private static RgbSamples result(Future<RgbSamples> task) {
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

  @Override
  public void close() {
    decoding.forEach(task -> task.cancel(false));
    decoders.close();
    source.close();
  }
}
