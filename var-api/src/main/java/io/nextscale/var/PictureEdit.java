package io.nextscale.var;

import io.nextscale.var.generate.EditMask;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.ScaleSelection;
import io.nextscale.var.scale.PictureSize;
import io.nextscale.var.scale.Scales;
import java.util.List;

/**
 * A picture to be edited and what to keep of it (VAR, section 5.3; FlexVAR: in- and out-painting).
 * Whether it is in-painting or class-conditional editing is a matter of the request's class: "no
 * class", or another one.
 *
 * @param pictures one for each class of the request, or one for all
 * @param region the part that is meant
 * @param keepInside true keeps the region (out-painting); false keeps everything else (in-painting)
 */
public record PictureEdit(List<PixelArray> pictures, EditRegion region, boolean keepInside)
    implements PictureTask {
  /** Copies the list. */
  public PictureEdit {
    pictures = List.copyOf(pictures);
  }

  /** Generates the region anew and keeps everything else. */
  public static PictureEdit inPaint(PixelArray picture, EditRegion region) {
    return new PictureEdit(List.of(picture), region, false);
  }

  /** Keeps the region and generates everything around it. */
  public static PictureEdit outPaint(PixelArray picture, EditRegion region) {
    return new PictureEdit(List.of(picture), region, true);
  }

  /** The pictures' own size, unless the request says otherwise. */
  @Override
  public Scales scales(ModelSpec spec, ScaleSelection selection) {
    return selection.orSize(size()).of(spec);
  }

  @Override
  public EditMask kept(ModelSpec spec, Scales scales) {
    PictureSize wanted = spec.pictureSize(scales);
    if (!size().equals(wanted)) {
      throw new IllegalArgumentException(
          "a picture of "
              + size()
              + " is edited to pictures of "
              + wanted
              + ": they must be equal (height x width); to make it larger, refine or expand it");
    }
    return region.mask(scales.last(), spec.tokenizer().downsampling(), keepInside);
  }
}
