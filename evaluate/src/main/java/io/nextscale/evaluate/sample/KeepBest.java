package io.nextscale.evaluate.sample;

/**
 * How many images of how many candidates are kept.
 *
 * @param kept images that are kept, at least 1
 * @param candidates images that are generated for them, more than are kept
 */
public record KeepBest(int kept, int candidates) {
  /** Each image is kept. */
  public static final KeepBest ALL = new KeepBest(1, 1);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if not fewer images are kept than generated, except 1 of 1
   */
  public KeepBest {
    if (kept < 1 || candidates < kept || (candidates == kept && kept > 1)) {
      throw new IllegalArgumentException(
          "%s of %s images are kept: expected at least 1, of more than that"
              .formatted(kept, candidates));
    }
  }

  /** Whether a classifier chooses. */
  public boolean chooses() {
    return kept < candidates;
  }

  /** The numbers as {@code 25/50}. */
  @Override
  public String toString() {
    return kept + "/" + candidates;
  }
}
