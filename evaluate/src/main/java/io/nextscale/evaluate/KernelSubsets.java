package io.nextscale.evaluate;

/**
 * The subsets over which the kernel distance (KID) is averaged.
 *
 * @param count number of subsets, at least 1
 * @param size images of a subset, at least 2
 * @param seed determines the subsets
 */
public record KernelSubsets(int count, int size, long seed) {
  /** 100 subsets of 1,000 images, the defaults of torch-fidelity. */
  public static final KernelSubsets DEFAULTS = new KernelSubsets(100, 1000, 0);

  /** Throws {@link IllegalArgumentException} for fewer subsets or images. */
  public KernelSubsets {
    if (count < 1 || size < 2) {
      throw new IllegalArgumentException(
          "%s subsets of %s images: expected at least 1 of at least 2".formatted(count, size));
    }
  }
}
