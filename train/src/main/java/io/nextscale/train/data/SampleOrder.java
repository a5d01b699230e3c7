package io.nextscale.train.data;

/**
 * The order in which images are drawn, a pure function of the position in the stream of samples, so
 * that training goes on anywhere as if it had never stopped. Safe for use by several threads.
 */
public sealed interface SampleOrder permits ShuffledOrder, BalancedOrder {

  /** Number of images; that many draws are one epoch. */
  int count();

  /**
   * The image at a position.
   *
   * @return 0 to {@code count - 1}
   * @throws IllegalArgumentException if position is negative
   */
  int index(long position);

  /** The epoch that a position belongs to, from 0. */
  default long epoch(long position) {
    return position / count();
  }

  /**
   * Every image once an epoch, in an order that the seed and the epoch's number fix.
   *
   * @throws IllegalArgumentException if count is below 1
   */
  static SampleOrder shuffled(int count, long seed) {
    return new ShuffledOrder(count, seed);
  }

  /**
   * Images drawn with replacement, those of large classes less often: each with weight {@code
   * (class size)^-balance}.
   *
   * @param labels class of each image
   * @param balance 0 draws all images alike, 0.5 with weight 1/sqrt(class size), 1 all classes
   *     alike
   * @throws IllegalArgumentException if there are no labels, one is negative, or balance is not in
   *     [0, 1]
   */
  static SampleOrder balanced(int[] labels, double balance, long seed) {
    return BalancedOrder.of(labels, balance, seed);
  }
}
