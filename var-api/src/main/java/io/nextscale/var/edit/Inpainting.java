package io.nextscale.var.edit;

import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.ScaleSelection;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scales;
import java.util.List;

/**
 * An image to be edited and what to keep of it (VAR, section 5.3; FlexVAR: in- and out-painting).
 * Whether it is in-painting or class-conditional editing is a matter of the request's class: "no
 * class", or another one.
 *
 * @param images one for each class of the request, or one for all
 * @param region the part that is meant
 * @param keepInside true keeps the region (out-painting); false keeps everything else (in-painting)
 */
public record Inpainting(List<PixelArray> images, EditRegion region, boolean keepInside)
    implements ImageEdit {
  /** Copies the list. */
  public Inpainting {
    images = List.copyOf(images);
  }

  /** Generates the region anew and keeps everything else. */
  public static Inpainting inPaint(PixelArray image, EditRegion region) {
    return new Inpainting(List.of(image), region, false);
  }

  /** Keeps the region and generates everything around it. */
  public static Inpainting outPaint(PixelArray image, EditRegion region) {
    return new Inpainting(List.of(image), region, true);
  }

  /** The images' own size, unless the request says otherwise. */
  @Override
  public Scales scales(ModelSpec spec, ScaleSelection selection) {
    return selection.orSize(size()).of(spec);
  }

  @Override
  public EditMask kept(ModelSpec spec, Scales scales) {
    ImageSize wanted = spec.imageSize(scales);
    if (!size().equals(wanted)) {
      throw new IllegalArgumentException(
          "an image of "
              + size()
              + " is edited to images of "
              + wanted
              + ": they must be equal (height x width); to make it larger, refine or expand it");
    }
    return region.mask(scales.last(), spec.tokenizer().downsampling(), keepInside);
  }
}
