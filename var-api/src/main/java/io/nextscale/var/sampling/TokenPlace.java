package io.nextscale.var.sampling;

import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.util.Objects;

/**
 * Place of a token in a generation.
 *
 * @param image index of the image in the request, from 0
 * @param scales of the generation
 * @param k index of the token's scale, from 0
 * @param position of the token among all L of the image, from 0
 */
public record TokenPlace(int image, Scales scales, int k, int position) {
  /** Checks that no component is null. */
  public TokenPlace {
    Objects.requireNonNull(scales, "scales");
  }

  /** Grid of the token's scale. */
  public Scale scale() {
    return scales.get(k);
  }

  /** Row of the token in its grid, from 0. */
  public int row() {
    return inGrid() / scale().width();
  }

  /** Column of the token in its grid, from 0. */
  public int column() {
    return inGrid() % scale().width();
  }

  private int inGrid() {
    return position - scales.start(k);
  }
}
