package io.nextscale.train.data;

import org.jspecify.annotations.Nullable;

/** A permutation for each epoch; the last used one is kept. */
final class ShuffledOrder implements SampleOrder {
  private final int count;
  private final long seed;
  private volatile @Nullable Epoch current;

  ShuffledOrder(int count, long seed) {
    if (count < 1) {
      throw new IllegalArgumentException("count is " + count + ", at least 1 is needed");
    }
    this.count = count;
    this.seed = seed;
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public int index(long position) {
    if (position < 0) {
      throw new IllegalArgumentException("position is " + position + ", allowed are 0 and more");
    }
    long number = position / count;
    Epoch epoch = current;
    if (epoch == null || epoch.number != number) {
      epoch = new Epoch(number, permutation(number));
      current = epoch;
    }
    return epoch.permutation[(int) (position % count)];
  }

  private int[] permutation(long epoch) {
    Draws draws = Draws.ofOrder(seed, epoch);
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = draws.below(i + 1); // Fisher and Yates, inside out
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private record Epoch(long number, int[] permutation) {}
}
