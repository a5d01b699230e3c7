package io.nextscale.var.scale;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Tokens of a batch of images at every scale. Immutable: arrays are copied in and out.
 *
 * @param scales the K grids, which hold L tokens together
 * @param tokens (B, L): the tokens of each image, scale after scale, each grid row-major
 */
public record TokenMaps(Scales scales, long[][] tokens) {
  /**
   * Copies the tokens and checks that every image has L of them.
   *
   * @throws IllegalArgumentException if an image has more or fewer
   */
  public TokenMaps {
    Objects.requireNonNull(scales, "scales");
    Objects.requireNonNull(tokens, "tokens");
    tokens = Arrays.stream(tokens).map(long[]::clone).toArray(long[][]::new);
    for (long[] image : tokens) {
      if (image.length != scales.tokens()) {
        throw new IllegalArgumentException(
            "%s tokens for scales of %s".formatted(image.length, scales.tokens()));
      }
    }
  }

  /** Number of images, B. */
  public int batch() {
    return tokens.length;
  }

  /** Copies the tokens, (B, L). */
  @Override
  public long[][] tokens() {
    return Arrays.stream(tokens).map(long[]::clone).toArray(long[][]::new);
  }

  /**
   * Joins the tokens of scales.
   *
   * @param batch number of images, B
   * @param ofScales the tokens of each scale, (B, l_k) row-major, see {@link #ofScale}
   */
  public static TokenMaps join(Scales scales, int batch, List<long[]> ofScales) {
    Objects.requireNonNull(scales, "scales");
    Objects.requireNonNull(ofScales, "ofScales");
    long[][] tokens = new long[batch][scales.tokens()];
    for (int k = 0; k < scales.count(); k++) {
      int length = scales.get(k).tokens();
      for (int b = 0; b < batch; b++) {
        System.arraycopy(ofScales.get(k), b * length, tokens[b], scales.start(k), length);
      }
    }
    return new TokenMaps(scales, tokens);
  }

  /** Copies the tokens of scale k of all images: (B, l_k), row-major in one array. */
  public long[] ofScale(int k) {
    int length = scales.get(k).tokens();
    int start = scales.start(k);
    long[] result = new long[batch() * length];
    for (int b = 0; b < batch(); b++) {
      System.arraycopy(tokens[b], start, result, b * length, length);
    }
    return result;
  }

  /**
   * Copies the token maps of some images.
   *
   * @param from first image
   * @param to last image, exclusive
   */
  public TokenMaps slice(int from, int to) {
    return new TokenMaps(scales, Arrays.copyOfRange(tokens, from, to));
  }

  /**
   * Checks that every token is an index of a codebook entry.
   *
   * @param size V, number of entries
   * @return these token maps
   * @throws IllegalArgumentException naming the first token that is not
   */
  public TokenMaps requireVocabulary(int size) {
    for (int b = 0; b < batch(); b++) {
      for (int i = 0; i < tokens[b].length; i++) {
        if (tokens[b][i] < 0 || tokens[b][i] >= size) {
          throw new IllegalArgumentException(
              "token %s of image %s at position %s: expected 0 to %s"
                  .formatted(tokens[b][i], b, i, size - 1));
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
    return "TokenMaps[%s images, scales %s]".formatted(batch(), scales);
  }
}
