package io.nextscale.var;

import io.nextscale.var.image.PixelArray;
import io.nextscale.var.scale.ImageSize;
import java.util.List;

/** The size that images have in common. */
final class ImageSizes {
  private ImageSizes() {}

  static ImageSize common(List<PixelArray> images) {
    if (images.isEmpty()) {
      throw new IllegalArgumentException("no image was given");
    }
    ImageSize size = images.getFirst().size();
    for (int i = 1; i < images.size(); i++) {
      if (!images.get(i).size().equals(size)) {
        throw new IllegalArgumentException(
            "image "
                + i
                + " is "
                + images.get(i).size()
                + ", image 0 is "
                + size
                + ": all must have one size (height x width)");
      }
    }
    return size;
  }
}
