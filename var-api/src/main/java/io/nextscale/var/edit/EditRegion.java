package io.nextscale.var.edit;

import io.nextscale.var.image.MaskImage;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scale;

/** A part of an image: a box, or the white part of a mask. */
public sealed interface EditRegion {
  /**
   * The mask of this region on an image's grid.
   *
   * @param grid of the image's tokens
   * @param patch side of a token in pixels
   * @param keepInside true keeps the region's tokens, false keeps all others
   * @throws IllegalArgumentException if the region does not fit the image
   */
  EditMask mask(Scale grid, int patch, boolean keepInside);

  /** A box in fractions of the image from its top left, 0 to 1. */
  static EditRegion box(double y0, double x0, double y1, double x1) {
    return new Box(y0, x0, y1, x1);
  }

  /** The white part of a mask, which has the size of the image. */
  static EditRegion whiteOf(MaskImage mask) {
    return new White(mask);
  }

  /** A box in fractions. */
  record Box(double y0, double x0, double y1, double x1) implements EditRegion {
    @Override
    public EditMask mask(Scale grid, int patch, boolean keepInside) {
      return EditMask.box(grid, y0, x0, y1, x1, keepInside);
    }
  }

  /** The white part of a mask; a token belongs to it if more than half of its pixels do. */
  record White(MaskImage image) implements EditRegion {
    @Override
    public EditMask mask(Scale grid, int patch, boolean keepInside) {
      image.requireSize(ImageSize.of(grid, patch));
      boolean[] keep = new boolean[grid.tokens()];
      for (int i = 0; i < keep.length; i++) {
        int top = i / grid.width() * patch;
        int left = i % grid.width() * patch;
        int white = 0;
        for (int p = 0; p < patch * patch; p++) {
          white += image.get(top + p / patch, left + p % patch) ? 1 : 0;
        }
        keep[i] = 2 * white > patch * patch == keepInside;
      }
      return new EditMask(grid.height(), grid.width(), keep);
    }
  }
}
