package io.nextscale.var.edit;

import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.ScaleSelection;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Enlarges an image and adds detail: its tokens are forced on the coarse scales, the fine scales
 * are generated (FlexVAR: image refinement). Needs a model whose scales the request may choose, and
 * a request of the image's aspect ratio.
 *
 * <pre>{@code
 * GenerationRequest.of(207).size(512, 512).edit(Refinement.of(image)).build(); // height, width
 * }</pre>
 *
 * @param images one for each class of the request, or one for all; all of one size, in multiples of
 *     the patch size
 * @param keptScales number of scales that are forced, at least 1 and fewer than the generation has;
 *     null: all whose grid is not larger than the image's
 */
public record Refinement(List<PixelArray> images, @Nullable Integer keptScales)
    implements ImageEdit {
  /** Copies the list. */
  public Refinement {
    Objects.requireNonNull(images, "images");
    images = List.copyOf(images);
  }

  /** Refines one image; all scales are forced whose grid is not larger than the image's. */
  public static Refinement of(PixelArray image) {
    return new Refinement(List.of(Objects.requireNonNull(image, "image")), null);
  }

  /** Called by the engine: chooses the scales of the model, unless the request names a size. */
  @Override
  public Scales scales(ModelSpec spec, ScaleSelection selection) {
    spec.tokenizerSpec().requireFreeScales("refining an image");
    return selection.of(spec);
  }

  /** Called by the engine: keeps the first scales. */
  @Override
  public FirstScales kept(ModelSpec spec, Scales scales) {
    Scale grid = grid(spec);
    Scale last = scales.last();
    // half a token of rounding on either side
    if (2 * Math.abs(grid.height() * last.width() - grid.width() * last.height())
        > last.height() + last.width()) {
      throw new IllegalArgumentException(
          ("an image of %s is refined to %s:"
                  + " the aspect ratios must be equal (height x width); to change it, expand it")
              .formatted(size(), spec.imageSize(scales)));
    }
    int count = keptScales == null ? fitting(scales, grid) : keptScales;
    if (count < 1 || count >= scales.count()) {
      throw new IllegalArgumentException(
          keptScales == null
              ? ("an image of %s is not smaller than any of the scales %s:"
                      + " choose a larger size, or the number of kept scales")
                  .formatted(size(), scales)
              : "kept scales %s: expected 1 to %s".formatted(count, scales.count() - 1));
    }
    return new FirstScales(count);
  }

  private static int fitting(Scales scales, Scale grid) {
    return (int)
        scales.list().stream()
            .filter(s -> s.height() <= grid.height() && s.width() <= grid.width())
            .count();
  }
}
