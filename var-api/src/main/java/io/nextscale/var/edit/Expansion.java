package io.nextscale.var.edit;

import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.ScaleSelection;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.util.List;
import java.util.Objects;

/**
 * Continues an image beyond its borders: its tokens are forced on its part of the larger image at
 * every scale (FlexVAR: image expansion). Needs a model whose scales the request may choose, and a
 * request whose size is larger than the image in one side and smaller in none.
 *
 * <pre>{@code
 * GenerationRequest.of(207).size(256, 512).edit(Expansion.of(image)).build(); // height, width
 * }</pre>
 *
 * @param images one for each class of the request, or one for all; all of one size, in multiples of
 *     the patch size
 * @param vertical place of the image in the larger one: 0 at the top, 0.5 in the middle, 1 at the
 *     bottom; rounded to whole tokens
 * @param horizontal likewise: 0 at the left, 1 at the right
 */
public record Expansion(List<PixelArray> images, double vertical, double horizontal)
    implements ImageEdit {
  /**
   * Copies the list and checks the place.
   *
   * @throws IllegalArgumentException if a coordinate of the place is not within 0 and 1
   */
  public Expansion {
    Objects.requireNonNull(images, "images");
    images = List.copyOf(images);
    if (!(vertical >= 0 && vertical <= 1 && horizontal >= 0 && horizontal <= 1)) {
      throw new IllegalArgumentException(
          "place %s,%s: expected two numbers from 0 to 1".formatted(vertical, horizontal));
    }
  }

  /** Puts one image in the middle. */
  public static Expansion of(PixelArray image) {
    return new Expansion(List.of(Objects.requireNonNull(image, "image")), 0.5, 0.5);
  }

  /** Called by the engine: chooses the scales of the model, unless the request names a size. */
  @Override
  public Scales scales(ModelSpec spec, ScaleSelection selection) {
    spec.tokenizerSpec().requireFreeScales("expanding an image");
    return selection.of(spec);
  }

  /** Called by the engine: keeps the image's part of the larger grid. */
  @Override
  public EditMask kept(ModelSpec spec, Scales scales) {
    Scale grid = grid(spec);
    Scale last = scales.last();
    if (grid.height() > last.height() || grid.width() > last.width() || grid.equals(last)) {
      throw new IllegalArgumentException(
          ("an image of %s is expanded to %s:"
                  + " it must be larger in one side and smaller in none (height x width)")
              .formatted(size(), spec.imageSize(scales)));
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

  /** Called by the engine: surrounds the image's grid up to the larger one. */
  @Override
  public Padding padding(Scale grid, Scale last) {
    int top = top(grid, last);
    int left = left(grid, last);
    return new Padding(
        left, last.width() - grid.width() - left, top, last.height() - grid.height() - top);
  }

  /** First row of the image's grid in the larger one. */
  private int top(Scale grid, Scale last) {
    return (int) Math.rint(vertical * (last.height() - grid.height()));
  }

  /** First column of the image's grid in the larger one. */
  private int left(Scale grid, Scale last) {
    return (int) Math.rint(horizontal * (last.width() - grid.width()));
  }
}
