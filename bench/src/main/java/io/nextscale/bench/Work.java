package io.nextscale.bench;

/**
 * What a phase has to do at least: arithmetic and the weights it reads. A multiply-add is two
 * FLOPs. Only products and convolutions count; those of the zeros around a feature map do too.
 *
 * @param computed FLOPs in the element type that the model computes in
 * @param exact FLOPs in float32 whatever that is
 * @param bytes of weights; activations and the cache of keys and values are left out
 */
record Work(double computed, double exact, double bytes) {
  static final Work NONE = new Work(0, 0, 0);

  /** Products with a weight in the element type that the model computes in. */
  static Work computed(double rows, double weights, int bytesPerElement) {
    return new Work(2 * rows * weights, 0, weights * bytesPerElement);
  }

  /** Products with a weight in float32. */
  static Work exact(double rows, double weights) {
    return new Work(0, 2 * rows * weights, weights * Float.BYTES);
  }

  /** Products of activations, in the element type that the model computes in. */
  static Work ofActivations(double multiplyAdds) {
    return new Work(2 * multiplyAdds, 0, 0);
  }

  /** Both. */
  Work plus(Work other) {
    return new Work(computed + other.computed, exact + other.exact, bytes + other.bytes);
  }

  /** The same several times. */
  Work times(int count) {
    return new Work(computed * count, exact * count, bytes * count);
  }

  /** All FLOPs. */
  double flops() {
    return computed + exact;
  }
}
