package io.nextscale.var;

import io.nextscale.var.image.PixelArray;
import java.util.List;

/**
 * A picture to be edited and what to keep of it (VAR, section 5.3). Whether it is in-painting or
 * class-conditional editing is a matter of the request's class: "no class", or another one.
 *
 * @param pictures one for each class of the request, or one for all
 * @param region the part that is meant
 * @param keepInside true keeps the region (out-painting); false keeps everything else (in-painting)
 */
public record PictureEdit(List<PixelArray> pictures, EditRegion region, boolean keepInside) {
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
}
