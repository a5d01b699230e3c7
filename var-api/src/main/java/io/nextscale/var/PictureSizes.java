package io.nextscale.var;

import io.nextscale.var.image.PixelArray;
import io.nextscale.var.scale.PictureSize;
import java.util.List;

/** The size that pictures have in common. */
final class PictureSizes {
  private PictureSizes() {}

  static PictureSize common(List<PixelArray> pictures) {
    if (pictures.isEmpty()) {
      throw new IllegalArgumentException("no picture was given");
    }
    PictureSize size = pictures.getFirst().size();
    for (int i = 1; i < pictures.size(); i++) {
      if (!pictures.get(i).size().equals(size)) {
        throw new IllegalArgumentException(
            "picture "
                + i
                + " is "
                + pictures.get(i).size()
                + ", picture 0 is "
                + size
                + ": all must have one size (height x width)");
      }
    }
    return size;
  }
}
