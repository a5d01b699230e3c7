package io.nextscale.train.data;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An endless stream of batches. A thread prepares up to {@value #AHEAD} of them while the last one
 * is computed with. Batch n depends on the arguments of the constructor and n alone, never on where
 * the stream began.
 *
 * <p>For one consumer; {@link #close()} may come from any thread.
 */
public final class ImageBatches implements AutoCloseable {
  /** Batches that are prepared ahead. */
  public static final int AHEAD = 4;

  private final ImageCache cache;
  private final Augmentation augmentation;
  private final SampleOrder order;
  private final long seed;
  private final int batchSize;
  // one more is in the thread's hands
  private final BlockingQueue<Batch> ready = new ArrayBlockingQueue<>(AHEAD - 1);
  private final Thread thread;
  private volatile boolean closed;
  private volatile @Nullable Throwable failure;

  /**
   * Starts the stream.
   *
   * @param order of the cache's images
   * @param seed of the augmentation
   * @param batchSize images a batch, at least 1
   * @param firstBatch number of the batch that comes first, 0 or more
   * @throws IllegalArgumentException if a number is out of its range, or the order is not for as
   *     many images as the cache has
   */
  public ImageBatches(
      ImageCache cache,
      Augmentation augmentation,
      SampleOrder order,
      long seed,
      int batchSize,
      long firstBatch) {
    if (order.count() != cache.count()) {
      throw new IllegalArgumentException(
          "the order is for %s images, the cache has %s".formatted(order.count(), cache.count()));
    }
    int most = Integer.MAX_VALUE / (3 * cache.size() * cache.size());
    if (batchSize < 1 || batchSize > most) {
      throw new IllegalArgumentException(
          "batchSize is %s, allowed are 1 to %s".formatted(batchSize, most));
    }
    if (firstBatch < 0) {
      throw new IllegalArgumentException(
          "firstBatch is " + firstBatch + ", allowed are 0 and more");
    }
    this.cache = cache;
    this.augmentation = augmentation;
    this.order = order;
    this.seed = seed;
    this.batchSize = batchSize;
    this.thread =
        Thread.ofPlatform().daemon().name("nextscale-batches").start(() -> prepare(firstBatch));
  }

  /**
   * The next batch; waits until it is ready.
   *
   * @throws IllegalStateException if the stream is closed, preparing the batch failed, or the
   *     calling thread is interrupted
   */
  public Batch next() {
    try {
      while (!closed) {
        // read before polling: what was ready before the failure is still handed out
        Throwable cause = failure;
        Batch batch = ready.poll(cause == null ? 50 : 0, TimeUnit.MILLISECONDS);
        if (batch != null) {
          return batch;
        }
        if (cause != null) {
          throw new IllegalStateException("a batch could not be prepared: " + cause, cause);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a batch", e);
    }
    throw new IllegalStateException("the batches are closed");
  }

  /** Stops the thread and waits for its end. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Batch n, prepared by the calling thread. */
  Batch batch(long index) {
    int size = cache.size();
    int plane = 3 * size * size;
    float[] pixels = new float[batchSize * plane];
    int[] labels = new int[batchSize];
    int[] images = new int[batchSize];
    for (int i = 0; i < batchSize; i++) {
      long position = Math.addExact(Math.multiplyExact(index, batchSize), i);
      int image = order.index(position);
      images[i] = image;
      labels[i] = cache.label(image);
      Draws draws = Draws.of(seed, position);
      augmentation.apply(cache.image(image), labels[i], size, draws, pixels, i * plane);
    }
    return new Batch(index, pixels, labels, images);
  }

  private void prepare(long firstBatch) {
    try {
      for (long index = firstBatch; !closed; index++) {
        ready.put(batch(index));
      }
    } catch (InterruptedException e) {
      // closed
    } catch (Throwable e) {
      failure = e;
    }
  }
}
