package io.nextscale.var.scale;

import java.util.Arrays;

/**
 * The tokens of a batch of images at every scale.
 *
 * @param scales the grids
 * @param tokens for each image its L tokens: all scales one after the other, each row-major
 */
public record TokenMaps(Scales scales, long[][] tokens) {
  /** Checks that every image has L tokens. */
  public TokenMaps {
    tokens = Arrays.stream(tokens).map(long[]::clone).toArray(long[][]::new);
    for (long[] image : tokens) {
      if (image.length != scales.tokens()) {
        throw new IllegalArgumentException(
            image.length + " tokens for scales of " + scales.tokens());
      }
    }
  }

  /** Number of images, B. */
  public int batch() {
    return tokens.length;
  }

  /** A copy of every image's L tokens. */
  @Override
  public long[][] tokens() {
    return Arrays.stream(tokens).map(long[]::clone).toArray(long[][]::new);
  }

  /** The tokens of scale k of all images: (B, l) row-major in one array. */
  public long[] ofScale(int k) {
    int length = scales.get(k).tokens();
    int start = scales.start(k);
    long[] result = new long[batch() * length];
    for (int b = 0; b < batch(); b++) {
      System.arraycopy(tokens[b], start, result, b * length, length);
    }
    return result;
  }

  /** The images {@code from} to {@code to} (exclusive). */
  public TokenMaps slice(int from, int to) {
    return new TokenMaps(scales, Arrays.copyOfRange(tokens, from, to));
  }

  /**
   * Checks that every token is an entry of a codebook.
   *
   * @throws IllegalArgumentException naming the first that is not
   */
  public TokenMaps requireVocabulary(int size) {
    for (int b = 0; b < batch(); b++) {
      for (int i = 0; i < tokens[b].length; i++) {
        if (tokens[b][i] < 0 || tokens[b][i] >= size) {
          throw new IllegalArgumentException(
              "token "
                  + tokens[b][i]
                  + " of image "
                  + b
                  + " at position "
                  + i
                  + ": expected 0 to "
                  + (size - 1));
        }
      }
    }
    return this;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenMaps maps
        && scales.equals(maps.scales)
        && Arrays.deepEquals(tokens, maps.tokens);
  }

  @Override
  public int hashCode() {
    return 31 * scales.hashCode() + Arrays.deepHashCode(tokens);
  }

  @Override
  public String toString() {
    return "TokenMaps[" + batch() + " images, scales " + scales + "]";
  }
}
