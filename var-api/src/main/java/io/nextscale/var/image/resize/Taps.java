package io.nextscale.var.image.resize;

/**
 * The input samples that make up one output sample.
 *
 * @param first index of the first input sample; it may lie before the line's start, where the
 *     border sample is repeated
 * @param weights one for each input sample from {@code first} on; they add up to 1
 */
record Taps(int first, double[] weights) {}
