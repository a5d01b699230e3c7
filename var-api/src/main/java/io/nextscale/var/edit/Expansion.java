package io.nextscale.var.edit;

import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.ScaleSelection;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.util.List;

/**
 * An image that is continued beyond its borders, to another aspect ratio: its tokens are forced on
 * its part of the larger image at every scale (FlexVAR: image expansion). Needs a model that
 * chooses its scales freely.
 *
 * @param images one for each class of the request, or one for all
 * @param vertical where the image lies in the larger one: 0 top, 0.5 middle, 1 bottom
 * @param horizontal likewise: 0 left, 1 right
 */
public record Expansion(List<PixelArray> images, double vertical, double horizontal)
    implements ImageEdit {
  /** Copies the list and checks the place. */
  public Expansion {
    images = List.copyOf(images);
    if (!(vertical >= 0 && vertical <= 1 && horizontal >= 0 && horizontal <= 1)) {
      throw new IllegalArgumentException(
          "place " + vertical + "," + horizontal + ": two numbers from 0 to 1 are expected");
    }
  }

  /** The image in the middle. */
  public static Expansion of(PixelArray image) {
    return new Expansion(List.of(image), 0.5, 0.5);
  }

  /** The model's own size, unless the request says otherwise. */
  @Override
  public Scales scales(ModelSpec spec, ScaleSelection selection) {
    spec.tokenizerSpec().requireFreeScales("expanding an image");
    return selection.of(spec);
  }

  @Override
  public EditMask kept(ModelSpec spec, Scales scales) {
    Scale grid = grid(spec);
    Scale last = scales.last();
    if (grid.height() > last.height() || grid.width() > last.width() || grid.equals(last)) {
      throw new IllegalArgumentException(
          "an image of "
              + size()
              + " is expanded to "
              + spec.imageSize(scales)
              + ": it must be larger in one side and smaller in none (height x width)");
    }
    int top = top(grid, last);
    int left = left(grid, last);
    boolean[] keep = new boolean[last.tokens()];
    for (int y = top; y < top + grid.height(); y++) {
      for (int x = left; x < left + grid.width(); x++) {
        keep[y * last.width() + x] = true;
      }
    }
    return new EditMask(last.height(), last.width(), keep);
  }

  @Override
  public Padding padding(Scale grid, Scale last) {
    int top = top(grid, last);
    int left = left(grid, last);
    return new Padding(
        left, last.width() - grid.width() - left, top, last.height() - grid.height() - top);
  }

  /** Row of the larger grid that the image's grid begins at. */
  private int top(Scale grid, Scale last) {
    return (int) Math.rint(vertical * (last.height() - grid.height()));
  }

  /** Column of the larger grid that the image's grid begins at. */
  private int left(Scale grid, Scale last) {
    return (int) Math.rint(horizontal * (last.width() - grid.width()));
  }
}
