package io.nextscale.var.image;

import io.nextscale.var.check.Check;
import io.nextscale.var.scale.ImageSize;
import java.awt.image.BufferedImage;
import java.util.Collections;
import java.util.List;

/**
 * Renders images side by side in a grid, in row order, on white, each with a label under it. Cells
 * are as large as the largest image; smaller ones are centred.
 *
 * @param columns columns of the grid, or {@link #AUTOMATIC} for a grid about as wide as high
 * @param padding white pixels around each cell, at least 0
 * @param enlargeTo largest longer side in pixels to which images are enlarged, each pixel repeated
 *     a whole number of times; {@link #AUTOMATIC}, or a side at most the image's own, leaves images
 *     at their size
 */
public record ContactSheet(int columns, int padding, int enlargeTo) {
  /** Lets the sheet choose the columns, or leaves images at their size. */
  public static final int AUTOMATIC = 0;

  private static final int LABEL_COLOR = 0x202020;
  private static final int LABEL_GAP = 4;

  /** Cell width in pixels for which labels grow by one whole factor. */
  private static final int CELL_PER_LABEL_SCALE = 128;

  /** Throws {@link IllegalArgumentException} if an argument is negative. */
  public ContactSheet {
    Check.atLeast("columns", columns, 0);
    Check.atLeast("padding", padding, 0);
    Check.atLeast("enlargeTo", enlargeTo, 0);
  }

  /** Makes a sheet that chooses its columns, with 8 pixels of padding and images at their size. */
  public ContactSheet() {
    this(AUTOMATIC, 8, AUTOMATIC);
  }

  /** Returns the same sheet with a number of columns. */
  public ContactSheet withColumns(int columns) {
    return new ContactSheet(columns, padding, enlargeTo);
  }

  /** Returns the same sheet with a number of white pixels around each cell. */
  public ContactSheet withPadding(int padding) {
    return new ContactSheet(columns, padding, enlargeTo);
  }

  /** Returns the same sheet with small images enlarged to at most a number of pixels. */
  public ContactSheet withEnlargeTo(int enlargeTo) {
    return new ContactSheet(columns, padding, enlargeTo);
  }

  /** Renders images without labels. */
  public BufferedImage render(List<BufferedImage> images) {
    return render(images, Collections.nCopies(images.size(), ""));
  }

  /**
   * Renders images with labels. A label wider than its cell ends in an ellipsis; if all are blank,
   * no room is left for labels.
   *
   * @param labels one per image, may be blank; a character beyond ASCII loses its accent or appears
   *     as a box
   * @return an image of type {@link BufferedImage#TYPE_INT_RGB}
   * @throws IllegalArgumentException if there is no image, another number of labels than images, or
   *     the sheet would be too large
   */
  public BufferedImage render(List<BufferedImage> images, List<String> labels) {
    if (images.isEmpty() || images.size() != labels.size()) {
      throw new IllegalArgumentException(
          "there are %s images and %s labels: expected one label per image, and at least one image"
              .formatted(images.size(), labels.size()));
    }
    int cellWidth =
        images.stream().mapToInt(i -> i.getWidth() * enlargement(i)).max().orElseThrow();
    int cellHeight =
        images.stream().mapToInt(i -> i.getHeight() * enlargement(i)).max().orElseThrow();
    boolean labelled = labels.stream().anyMatch(label -> !label.isBlank());
    int fontScale = fontScale(cellWidth);
    int labelHeight = labelled ? labelHeight(cellWidth) : 0;
    int gridColumns = columns(images.size());
    ImageSize size = size(images.size(), cellHeight + (long) labelHeight, cellWidth);
    PixelCanvas canvas = new PixelCanvas(size.width(), size.height());
    for (int i = 0; i < images.size(); i++) {
      BufferedImage image = images.get(i);
      int scale = enlargement(image);
      int left = padding + i % gridColumns * (cellWidth + padding);
      int top = padding + i / gridColumns * (cellHeight + labelHeight + padding);
      int x = left + (cellWidth - image.getWidth() * scale) / 2;
      int y = top + (cellHeight - image.getHeight() * scale) / 2;
      canvas.draw(image, x, y, scale);

      String label = LabelFont.fit(labels.get(i), cellWidth, fontScale);
      int labelX = left + (cellWidth - LabelFont.width(label, fontScale)) / 2;
      LabelFont.draw(canvas, label, labelX, top + cellHeight + LABEL_GAP, fontScale, LABEL_COLOR);
    }
    return canvas.toImage();
  }

  /**
   * Checks that a sheet of labelled images would not be too large, before they are made.
   *
   * @throws IllegalArgumentException if it would
   */
  public void requireRoom(int images, ImageSize each) {
    int enlargement = enlargement(each.width(), each.height());
    int cellWidth = each.width() * enlargement;
    size(images, (long) each.height() * enlargement + labelHeight(cellWidth), cellWidth);
  }

  private int enlargement(BufferedImage image) {
    return enlargement(image.getWidth(), image.getHeight());
  }

  private int enlargement(int width, int height) {
    return Math.max(1, enlargeTo / Math.max(width, height));
  }

  private static int fontScale(int cellWidth) {
    return Math.max(1, cellWidth / CELL_PER_LABEL_SCALE);
  }

  private static int labelHeight(int cellWidth) {
    return LABEL_GAP + LabelFont.HEIGHT * fontScale(cellWidth);
  }

  private int columns(int images) {
    return columns == AUTOMATIC ? (int) Math.ceil(Math.sqrt(images)) : columns;
  }

  private ImageSize size(int images, long cellHeight, long cellWidth) {
    long width = padding + columns(images) * (cellWidth + padding);
    long height = padding + Math.ceilDiv(images, columns(images)) * (cellHeight + padding);
    if (Math.max(width, height) > ImageFile.MAX_SIDE) {
      throw new IllegalArgumentException(
          "the sheet would be %sx%s (height x width): expected at most %s per side; %s"
              .formatted(
                  height, width, ImageFile.MAX_SIDE, "use fewer images or a smaller enlargeTo"));
    }
    return new ImageSize((int) height, (int) width);
  }
}
