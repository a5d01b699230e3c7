package io.nextscale.train.data;

/** SplitMix64: a stream of random numbers that a key fixes, the same on every Java. */
final class Draws {
  private static final long STEP = 0x9E3779B97F4A7C15L;

  private long state;

  private Draws(long state) {
    this.state = state;
  }

  /** The stream of the augmentation of one sample. */
  static Draws of(long seed, long position) {
    return new Draws(mix(mix(seed + STEP) ^ position * 0xD1342543DE82EF95L));
  }

  /** The stream of an order of samples: another one, though both may be given the same seed. */
  static Draws ofOrder(long seed, long position) {
    return of(mix(~seed), position);
  }

  long nextLong() {
    state += STEP;
    return mix(state);
  }

  /** Uniform in [0, 1). */
  double nextDouble() {
    return (nextLong() >>> 11) * 0x1.0p-53;
  }

  /** Uniform in [-limit, limit). */
  double within(double limit) {
    return (2 * nextDouble() - 1) * limit;
  }

  /** Uniform in [0, bound), each value equally often up to a bias of bound / 2^63. */
  int below(int bound) {
    return (int) Math.unsignedMultiplyHigh(nextLong(), bound);
  }

  private static long mix(long value) {
    long z = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
    z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
    return z ^ z >>> 31;
  }
}
