package io.nextscale.bench;

/**
 * The least work of a phase: arithmetic, and weights that are read. A multiply-add is two FLOPs.
 * Products and convolutions count, also at the zeros around a feature map; other operators do not.
 *
 * @param computed FLOPs in the element type that the model computes in
 * @param float32 FLOPs in float32, whatever the model computes in
 * @param bytes bytes of the weights; activations and KV cache do not count
 */
record Work(double computed, double float32, double bytes) {
  static final Work NONE = new Work(0, 0, 0);

  /** Products of rows with weights in the element type that the model computes in. */
  static Work computed(double rows, double weights, int bytesPerElement) {
    return new Work(2 * rows * weights, 0, weights * bytesPerElement);
  }

  /** Products of rows with weights in float32. */
  static Work float32(double rows, double weights) {
    return new Work(0, 2 * rows * weights, weights * Float.BYTES);
  }

  /** Products of activations, in the element type that the model computes in. */
  static Work ofActivations(double multiplyAdds) {
    return new Work(2 * multiplyAdds, 0, 0);
  }

  /** Adds another work. */
  Work plus(Work other) {
    return new Work(computed + other.computed, float32 + other.float32, bytes + other.bytes);
  }

  /** Repeats this work. */
  Work times(int count) {
    return new Work(computed * count, float32 * count, bytes * count);
  }

  /** All FLOPs. */
  double flops() {
    return computed + float32;
  }
}
