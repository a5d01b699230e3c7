package io.nextscale.var.edit;

import io.nextscale.var.image.resize.BilinearTaps;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.util.Arrays;

/**
 * Which part of an image is kept in an edit, on the grid of the last scale ({@code get_edit_mask}
 * and {@code replace_embedding} in {@code demo_zero_shot_edit.ipynb}).
 */
public final class EditMask implements KeptTokens {
  private final int height;
  private final int width;
  private final boolean[] keep;

  /**
   * A mask.
   *
   * @param keep row-major, {@code height·width}; true keeps the image's own token
   */
  public EditMask(int height, int width, boolean[] keep) {
    if (height < 1 || width < 1 || keep.length != height * width) {
      throw new IllegalArgumentException(
          "a mask of " + keep.length + " entries for " + height + "x" + width);
    }
    this.height = height;
    this.width = width;
    this.keep = keep.clone();
  }

  /**
   * A box in fractions of the image, 0 to 1 from the top left.
   *
   * @param keepInside true keeps the box (out-painting); false keeps everything else (in-painting)
   */
  public static EditMask box(
      Scale grid, double y0, double x0, double y1, double x1, boolean keepInside) {
    if (!(0 <= y0 && y0 < y1 && y1 <= 1 && 0 <= x0 && x0 < x1 && x1 <= 1)) {
      throw new IllegalArgumentException(
          "box "
              + y0
              + ","
              + x0
              + ","
              + y1
              + ","
              + x1
              + ": expected y0,x0,y1,x1 with 0 <= y0 < y1 <= 1 and 0 <= x0 < x1 <= 1");
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
   * What is kept at a scale: the mask resized bilinearly, where it is above one half. Scales of up
   * to three tokens are kept whole.
   *
   * <p>Values of exactly one half do occur and are not kept, so this is computed in whole numbers:
   * floating point would let rounding decide.
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
            rows.firstWeight() * line(rows.first(), columns)
                + rows.secondWeight() * line(rows.second(), columns);
        result[y * scale.width() + x] = 2 * sum > rows.unit() * columns.unit();
      }
    }
    return result;
  }

  private long line(int row, BilinearTaps columns) {
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
}
