package io.nextscale.train.data;

import java.util.Arrays;

/** Draws with replacement by inverting the sum of weights. */
final class BalancedOrder implements SampleOrder {
  private final double[] sums;
  private final long seed;

  private BalancedOrder(double[] sums, long seed) {
    this.sums = sums;
    this.seed = seed;
  }

  static BalancedOrder of(int[] labels, double balance, long seed) {
    if (labels.length == 0) {
      throw new IllegalArgumentException("there are no labels, at least 1 is needed");
    }
    if (!(balance >= 0 && balance <= 1)) {
      throw new IllegalArgumentException("balance is " + balance + ", allowed are 0 to 1");
    }
    int[] sizes = new int[Arrays.stream(labels).max().getAsInt() + 1];
    for (int label : labels) {
      if (label < 0) {
        throw new IllegalArgumentException("a label is " + label + ", allowed are 0 and more");
      }
      sizes[label]++;
    }
    double[] sums = new double[labels.length];
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      sum += StrictMath.pow(sizes[labels[i]], -balance);
      sums[i] = sum;
    }
    return new BalancedOrder(sums, seed);
  }

  @Override
  public int count() {
    return sums.length;
  }

  @Override
  public int index(long position) {
    if (position < 0) {
      throw new IllegalArgumentException("position is " + position + ", allowed are 0 and more");
    }
    double at = Draws.ofOrder(seed, position).nextDouble() * sums[sums.length - 1];
    int found = Arrays.binarySearch(sums, at);
    return Math.min(found >= 0 ? found + 1 : -found - 1, sums.length - 1);
  }
}
