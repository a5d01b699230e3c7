package io.nextscale.var.edit;

import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.ScaleSelection;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An image of low resolution that becomes a larger one with more detail: its tokens are forced on
 * the coarse scales, the fine ones are generated (FlexVAR: image refinement). Needs a model that
 * chooses its scales freely.
 *
 * @param images one for each class of the request, or one for all
 * @param keptScales how many scales are forced; none: all whose grid is not larger than the image's
 */
public record Refinement(List<PixelArray> images, @Nullable Integer keptScales)
    implements ImageEdit {
  /** Copies the list. */
  public Refinement {
    images = List.copyOf(images);
  }

  /** Forces all scales whose grid is not larger than the image's. */
  public static Refinement of(PixelArray image) {
    return new Refinement(List.of(image), null);
  }

  /** The model's own size, unless the request says otherwise. */
  @Override
  public Scales scales(ModelSpec spec, ScaleSelection selection) {
    spec.tokenizerSpec().requireFreeScales("refining an image");
    return selection.of(spec);
  }

  @Override
  public FirstScales kept(ModelSpec spec, Scales scales) {
    Scale grid = grid(spec);
    Scale last = scales.last();
    // half a token of rounding on either side
    if (2 * Math.abs(grid.height() * last.width() - grid.width() * last.height())
        > last.height() + last.width()) {
      throw new IllegalArgumentException(
          "an image of "
              + size()
              + " is refined to "
              + spec.imageSize(scales)
              + ": the aspect ratios must be equal (height x width); to change it, expand it");
    }
    int count = keptScales == null ? fitting(scales, grid) : keptScales;
    if (count < 1 || count >= scales.count()) {
      throw new IllegalArgumentException(
          keptScales == null
              ? "an image of "
                  + size()
                  + " is not smaller than any of the scales "
                  + scales
                  + ": ask for a larger size, or say how many scales are kept"
              : "kept scales " + count + ": expected 1 to " + (scales.count() - 1));
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
