package io.nextscale.var.scale;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The scales of a model or request, from the coarsest to the finest.
 *
 * @param list the K grids; each at least as large as the one before
 */
public record Scales(List<Scale> list) {
  private static final int MOST_SCALES = 256;
  private static final Pattern GRID = Pattern.compile("(\\d{1,4})(?:x(\\d{1,4}))?");

  /** Checks that there is a scale and that the scales grow. */
  public Scales {
    list = List.copyOf(list);
    if (list.isEmpty()) {
      throw new IllegalArgumentException("scales: at least one is needed");
    }
    if (list.size() > MOST_SCALES) {
      throw new IllegalArgumentException(list.size() + " scales: at most " + MOST_SCALES);
    }
    for (int k = 1; k < list.size(); k++) {
      Scale before = list.get(k - 1);
      Scale here = list.get(k);
      if (here.height() < before.height() || here.width() < before.width() || here.equals(before)) {
        throw new IllegalArgumentException(
            "scales must grow: " + here + " follows " + before + " at place " + (k + 1));
      }
    }
  }

  /** Square scales from patch numbers, the side lengths. */
  public static Scales squares(int... patchNumbers) {
    List<Scale> scales = new ArrayList<>();
    for (int side : patchNumbers) {
      scales.add(new Scale(side, side));
    }
    return new Scales(scales);
  }

  /**
   * Reads a comma-separated list of sides and height x width pairs, such as {@code 1,2,3x4}.
   *
   * @throws IllegalArgumentException naming the entry that is neither
   */
  public static Scales parse(String text) {
    List<Scale> scales = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Matcher grid = GRID.matcher(part.strip());
      if (!grid.matches()) {
        throw new IllegalArgumentException(
            "scales \""
                + text
                + "\": \""
                + part
                + "\" is neither a side like 4 nor a pair like 3x4");
      }
      int height = Integer.parseInt(grid.group(1));
      int width = grid.group(2) == null ? height : Integer.parseInt(grid.group(2));
      scales.add(new Scale(height, width));
    }
    return new Scales(scales);
  }

  /** Number of scales, K. */
  public int count() {
    return list.size();
  }

  /** The k-th scale, from 0. */
  public Scale get(int k) {
    return list.get(k);
  }

  /** The finest scale. */
  public Scale last() {
    return list.getLast();
  }

  /** Number of tokens of all scales, L. */
  public int tokens() {
    return start(count());
  }

  /** Number of tokens before scale k: where it begins along L. */
  public int start(int k) {
    int start = 0;
    for (int i = 0; i < k; i++) {
      start += list.get(i).tokens();
    }
    return start;
  }

  @Override
  public String toString() {
    return list.stream().map(Scale::toString).collect(Collectors.joining(","));
  }
}
