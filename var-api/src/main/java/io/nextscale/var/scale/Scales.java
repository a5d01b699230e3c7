package io.nextscale.var.scale;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Scales of a model or a request, from the coarsest to the finest.
 *
 * @param list the K grids, 1 to 256; none smaller in a side than the one before, no two equal
 */
public record Scales(List<Scale> list) {
  private static final int MOST_SCALES = 256;
  private static final Pattern GRID = Pattern.compile("(\\d{1,4})(?:x(\\d{1,4}))?");

  /**
   * Copies the list and checks that the scales grow.
   *
   * @throws IllegalArgumentException if there is no scale, more than 256, or one does not grow
   */
  public Scales {
    Objects.requireNonNull(list, "list");
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
            "scales must grow: %s follows %s at place %s".formatted(here, before, k + 1));
      }
    }
  }

  /**
   * Makes square scales.
   *
   * @param patchNumbers their sides in tokens, from the coarsest
   */
  public static Scales squares(int... patchNumbers) {
    Objects.requireNonNull(patchNumbers, "patchNumbers");
    List<Scale> scales = new ArrayList<>();
    for (int side : patchNumbers) {
      scales.add(new Scale(side, side));
    }
    return new Scales(scales);
  }

  /**
   * Reads a comma-separated list of sides and height x width pairs, such as {@code 1,2,3x4}.
   *
   * @throws IllegalArgumentException naming the entry that is neither, or if the scales do not grow
   */
  public static Scales parse(String text) {
    Objects.requireNonNull(text, "text");
    List<Scale> scales = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Matcher grid = GRID.matcher(part.strip());
      if (!grid.matches()) {
        throw new IllegalArgumentException(
            "scales \"%s\": \"%s\" is neither a side like 4 nor a pair like 3x4"
                .formatted(text, part));
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

  /** Scale k, from 0. */
  public Scale get(int k) {
    return list.get(k);
  }

  /** Finest scale. */
  public Scale last() {
    return list.getLast();
  }

  /** Number of tokens of all scales, L. */
  public int tokens() {
    return start(count());
  }

  /**
   * Number of tokens before scale k, which is its offset along L.
   *
   * @param k 0 to K; K gives L
   */
  public int start(int k) {
    int start = 0;
    for (int i = 0; i < k; i++) {
      start += list.get(i).tokens();
    }
    return start;
  }

  /** Writes a comma-separated list that {@link #parse} reads. */
  @Override
  public String toString() {
    return list.stream().map(Scale::toString).collect(Collectors.joining(","));
  }
}
