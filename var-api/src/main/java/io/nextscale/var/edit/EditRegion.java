package io.nextscale.var.edit;

import io.nextscale.var.image.MaskImage;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scale;
import java.util.Objects;

/** Part of an image: a box, or the white part of a mask image. */
public sealed interface EditRegion {
  /**
   * Builds the mask of this region. Called by the engine: an application passes regions to {@link
   * Inpainting}.
   *
   * @param grid the grid of the image's tokens
   * @param patch side of a token in pixels
   * @param keepInside true keeps the region's tokens, false keeps all others
   * @throws IllegalArgumentException if the region does not fit the image
   */
  EditMask mask(Scale grid, int patch, boolean keepInside);

  /**
   * Describes a box in fractions of the image, 0 to 1 from its top left. Sides are rounded to whole
   * tokens.
   *
   * @param y0 top
   * @param x0 left
   * @param y1 bottom, above {@code y0}
   * @param x1 right, above {@code x0}
   */
  static EditRegion box(double y0, double x0, double y1, double x1) {
    return new Box(y0, x0, y1, x1);
  }

  /**
   * Takes the white part of a mask image.
   *
   * @param mask as large as the edited image; a token belongs to the region if more than half of
   *     its pixels are white
   */
  static EditRegion whiteOf(MaskImage mask) {
    return new White(mask);
  }

  /**
   * Box in fractions of the image, 0 to 1 from its top left; checked when the mask is built.
   *
   * @param y0 top
   * @param x0 left
   * @param y1 bottom, above {@code y0}
   * @param x1 right, above {@code x0}
   */
  record Box(double y0, double x0, double y1, double x1) implements EditRegion {
    @Override
    public EditMask mask(Scale grid, int patch, boolean keepInside) {
      return EditMask.box(grid, y0, x0, y1, x1, keepInside);
    }
  }

  /**
   * White part of a mask image; a token belongs to it if more than half of its pixels do.
   *
   * @param image as large as the edited image
   */
  record White(MaskImage image) implements EditRegion {
    /** Checks that no component is null. */
    public White {
      Objects.requireNonNull(image, "image");
    }

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
