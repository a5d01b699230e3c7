package io.nextscale.var.edit;

import io.nextscale.var.image.resize.BilinearTaps;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.util.Arrays;
import java.util.Objects;

/**
 * Mask of the kept part of an image, on the grid of the last scale ({@code get_edit_mask} and
 * {@code replace_embedding} in VAR's {@code demo_zero_shot_edit.ipynb}). Immutable.
 */
public final class EditMask implements KeptTokens {
  private final int height;
  private final int width;
  private final boolean[] keep;

  /**
   * Takes a mask token by token.
   *
   * @param height rows of the grid, at least 1
   * @param width columns of the grid, at least 1
   * @param keep {@code height·width} entries, row-major; true keeps the image's own token; copied
   * @throws IllegalArgumentException if there are more or fewer entries
   */
  public EditMask(int height, int width, boolean[] keep) {
    Objects.requireNonNull(keep, "keep");
    if (height < 1 || width < 1 || keep.length != (long) height * width) {
      throw new IllegalArgumentException(
          "a mask of %s entries for %sx%s: expected height times width, both at least 1"
              .formatted(keep.length, height, width));
    }
    this.height = height;
    this.width = width;
    this.keep = keep.clone();
  }

  /**
   * Builds the mask of a box; its sides are rounded to whole tokens, halves to even as in Python.
   *
   * @param grid the grid of the last scale
   * @param y0 top, as a fraction of the height from 0 to 1
   * @param x0 left, as a fraction of the width from 0 to 1
   * @param y1 bottom, above {@code y0}
   * @param x1 right, above {@code x0}
   * @param keepInside true keeps the box (out-painting); false keeps everything else (in-painting)
   * @throws IllegalArgumentException if the fractions are no box
   */
  public static EditMask box(
      Scale grid, double y0, double x0, double y1, double x1, boolean keepInside) {
    Objects.requireNonNull(grid, "grid");
    if (!(0 <= y0 && y0 < y1 && y1 <= 1 && 0 <= x0 && x0 < x1 && x1 <= 1)) {
      throw new IllegalArgumentException(
          "box %s,%s,%s,%s: expected y0,x0,y1,x1 with 0 <= y0 < y1 <= 1 and 0 <= x0 < x1 <= 1"
              .formatted(y0, x0, y1, x1));
    }
    // Python rounds halves to even, and so does rint
    int top = (int) Math.rint(y0 * grid.height());
    int bottom = (int) Math.rint(y1 * grid.height());
    int left = (int) Math.rint(x0 * grid.width());
    int right = (int) Math.rint(x1 * grid.width());
    boolean[] keep = new boolean[grid.tokens()];
    for (int y = 0; y < grid.height(); y++) {
      for (int x = 0; x < grid.width(); x++) {
        boolean inside = y >= top && y < bottom && x >= left && x < right;
        keep[y * grid.width() + x] = inside == keepInside;
      }
    }
    return new EditMask(grid.height(), grid.width(), keep);
  }

  /**
   * Keeps a token of scale k where the mask, resized bilinearly to it, is above one half. Scales of
   * up to three tokens are kept whole.
   *
   * <p>Values of one half do occur and are not kept, so this is computed in integers: floating
   * point would let rounding decide.
   */
  @Override
  public boolean[] at(Scales scales, int k) {
    Scale scale = scales.get(k);
    boolean[] result = new boolean[scale.tokens()];
    if (scale.tokens() <= 3) {
      Arrays.fill(result, true);
      return result;
    }
    for (int y = 0; y < scale.height(); y++) {
      BilinearTaps rows = BilinearTaps.of(y, height, scale.height());
      for (int x = 0; x < scale.width(); x++) {
        BilinearTaps columns = BilinearTaps.of(x, width, scale.width());
        long sum =
            rows.firstWeight() * row(rows.first(), columns)
                + rows.secondWeight() * row(rows.second(), columns);
        result[y * scale.width() + x] = 2 * sum > rows.unit() * columns.unit();
      }
    }
    return result;
  }

  /** Mask of a row, interpolated between two columns. */
  private long row(int row, BilinearTaps columns) {
    return (keep[row * width + columns.first()] ? columns.firstWeight() : 0)
        + (keep[row * width + columns.second()] ? columns.secondWeight() : 0);
  }

  /** Rows of the mask's grid. */
  public int height() {
    return height;
  }

  /** Columns of the mask's grid. */
  public int width() {
    return width;
  }

  /** Writes the grid, and how many of its tokens are kept. */
  @Override
  public String toString() {
    int kept = 0;
    for (boolean token : keep) {
      kept += token ? 1 : 0;
    }
    return "EditMask[%sx%s, %s of %s kept]".formatted(height, width, kept, keep.length);
  }
}
