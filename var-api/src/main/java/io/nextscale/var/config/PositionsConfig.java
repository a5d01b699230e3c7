package io.nextscale.var.config;

import io.nextscale.var.check.Check;

/** Kind of the learned position embeddings of a transformer. */
public sealed interface PositionsConfig {
  /** Whether the embeddings fit scales that the model was not trained on. */
  boolean fitAnyScales();

  /** A row for each position of the trained scales, and one for each scale (VAR). */
  record Table() implements PositionsConfig {
    @Override
    public boolean fitAnyScales() {
      return false;
    }
  }

  /**
   * One grid, resized by area to every scale (FlexVAR).
   *
   * @param side G, 1 to 1024; the grid is (G, G)
   */
  record Grid(int side) implements PositionsConfig {
    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if the side is out of range
     */
    public Grid {
      Check.range("pos_grid", side, 1, 1024);
    }

    @Override
    public boolean fitAnyScales() {
      return true;
    }
  }
}
