package io.nextscale.var.image;

import io.nextscale.var.scale.ImageSize;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;

/** How a camera held an image when it stored it (EXIF 2.3, tag 0x0112), in the order of the tag. */
public enum Orientation {
  /** Stored upright. */
  UPRIGHT,
  /** Stored mirrored left to right. */
  MIRRORED,
  /** Stored turned by 180°. */
  TURNED,
  /** Stored mirrored top to bottom. */
  FLIPPED,
  /** Stored with rows and columns exchanged. */
  TRANSPOSED,
  /** Stored turned to the left: upright after a turn of 90° clockwise. */
  LEFT,
  /** Stored with rows and columns exchanged, and turned by 180°. */
  TRANSVERSED,
  /** Stored turned to the right: upright after a turn of 90° anticlockwise. */
  RIGHT;

  /** The orientation of a tag's value; upright if it has none of the values 1 to 8. */
  static Orientation of(int tag) {
    return tag >= 1 && tag <= 8 ? values()[tag - 1] : UPRIGHT;
  }

  /** Value of the tag, 1 to 8. */
  public int tag() {
    return ordinal() + 1;
  }

  /** Whether height and width are exchanged. */
  public boolean isSideways() {
    return ordinal() >= TRANSPOSED.ordinal();
  }

  /** Returns the size of the upright image. */
  public ImageSize upright(ImageSize stored) {
    return isSideways() ? new ImageSize(stored.width(), stored.height()) : stored;
  }

  /** Returns the upright image, in the same colours; the image itself if it is upright. */
  public BufferedImage upright(BufferedImage stored) {
    if (this == UPRIGHT) {
      return stored;
    }
    Raster from = stored.getData();
    int width = stored.getWidth();
    int height = stored.getHeight();
    WritableRaster to =
        from.createCompatibleWritableRaster(
            isSideways() ? height : width, isSideways() ? width : height);
    Object pixel = null;
    for (int y = 0; y < to.getHeight(); y++) {
      for (int x = 0; x < to.getWidth(); x++) {
        int column = isSideways() ? y : x;
        int row = isSideways() ? x : y;
        boolean backwards =
            this == MIRRORED || this == TURNED || this == TRANSVERSED || this == RIGHT;
        boolean upwards = this == FLIPPED || this == TURNED || this == TRANSVERSED || this == LEFT;
        pixel =
            from.getDataElements(
                backwards ? width - 1 - column : column, upwards ? height - 1 - row : row, pixel);
        to.setDataElements(x, y, pixel);
      }
    }
    return new BufferedImage(
        stored.getColorModel(), to, stored.getColorModel().isAlphaPremultiplied(), null);
  }
}
