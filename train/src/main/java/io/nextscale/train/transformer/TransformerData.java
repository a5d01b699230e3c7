package io.nextscale.train.transformer;

import java.util.Objects;

/**
 * The tokens that a transformer is trained on.
 *
 * @param tokens of the training images
 * @param labels their classes
 * @param heldOut tokens of images that are not trained on
 * @param heldOutLabels their classes
 */
public record TransformerData(
    TokenCache tokens, int[] labels, TokenCache heldOut, int[] heldOutLabels) {
  /** Checks that every image has a class, and copies the arrays. */
  public TransformerData {
    Objects.requireNonNull(tokens, "tokens");
    Objects.requireNonNull(labels, "labels");
    Objects.requireNonNull(heldOut, "heldOut");
    Objects.requireNonNull(heldOutLabels, "heldOutLabels");
    requireEach(tokens, labels);
    requireEach(heldOut, heldOutLabels);
    labels = labels.clone();
    heldOutLabels = heldOutLabels.clone();
  }

  private static void requireEach(TokenCache tokens, int[] labels) {
    if (tokens.images() != labels.length) {
      throw new IllegalArgumentException(
          labels.length + " classes for the tokens of " + tokens.images() + " images");
    }
  }

  /** Writes the numbers of images, not their tokens. */
  @Override
  public String toString() {
    return "TransformerData[%s images, %s held out, %s]"
        .formatted(labels.length, heldOutLabels.length, tokens);
  }
}
