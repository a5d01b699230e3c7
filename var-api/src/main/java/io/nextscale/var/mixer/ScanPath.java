package io.nextscale.var.mixer;

import io.nextscale.var.config.ScanOrder;
import io.nextscale.var.scale.Scale;
import java.util.List;

/**
 * The order in which a layer along a sequence visits the tokens of a scale. Zigzag paths are those
 * of ZigMa ({@code zigzag_path} in {@code utils/utils_zigzag.py}), on grids of any size: from each
 * corner one by rows and one by columns, every second line backwards.
 *
 * @param zigzag number of the zigzag path, 0 to 7; −1 for row-major order
 */
public record ScanPath(int zigzag) {
  /** Number of zigzag paths. */
  public static final int PATHS = 8;

  private static final int RASTER = -1;

  /** Returns the path of a block. */
  public static ScanPath of(ScanOrder order, int block) {
    return new ScanPath(
        switch (order) {
          case RASTER -> RASTER;
          case ZIGZAG -> block % PATHS;
        });
  }

  /**
   * Returns the row-major indices of the tokens of some scales in the order of the path, scale
   * after scale; empty if they stay as they are.
   */
  public long[] order(List<Scale> scales) {
    if (zigzag == RASTER) {
      return new long[0];
    }
    int count = scales.stream().mapToInt(Scale::tokens).sum();
    long[] order = new long[count];
    int start = 0;
    for (Scale scale : scales) {
      place(scale, order, start);
      start += scale.tokens();
    }
    return order;
  }

  private void place(Scale scale, long[] order, int start) {
    boolean byColumns = zigzag % 2 == 1;
    boolean fromRight = zigzag / 2 % 2 == 1;
    boolean fromBottom = zigzag / 4 == 1;
    int lines = byColumns ? scale.width() : scale.height();
    int length = byColumns ? scale.height() : scale.width();
    for (int step = 0; step < lines * length; step++) {
      int line = step / length;
      int along = line % 2 == 0 ? step % length : length - 1 - step % length;
      int row = byColumns ? along : line;
      int column = byColumns ? line : along;
      int h = fromBottom ? scale.height() - 1 - row : row;
      int w = fromRight ? scale.width() - 1 - column : column;
      order[start + step] = start + (long) h * scale.width() + w;
    }
  }

  /** Returns the place of each token in an order. */
  public static long[] inverse(long[] order) {
    long[] inverse = new long[order.length];
    for (int i = 0; i < order.length; i++) {
      inverse[(int) order[i]] = i;
    }
    return inverse;
  }
}
