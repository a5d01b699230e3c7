package io.nextscale.train.metrics;

import io.nextscale.var.image.ImageException;
import io.nextscale.var.image.PngFile;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.knowm.xchart.XYChart;

/**
 * Draws metrics over steps, one small chart a column of the table: up to three under each other,
 * more in two columns, all with the same steps from left to right. Where there are many points they
 * are drawn pale under their exponential moving average. Needs a font on the system, not a screen.
 *
 * @param columns columns to draw, at least one
 * @param logarithmic which of them have a logarithmic axis; their values that are not positive are
 *     left out
 */
public record MetricsPlot(List<String> columns, Set<String> logarithmic) {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 300;
  private static final int MOST_IN_ONE_COLUMN = 3;
  private static final int FEWEST_SMOOTHED = 100;
  private static final int MOST_DOTTED = 40;

  /** This part of all points counts in the moving average. */
  private static final double SMOOTHED_PART = 0.02;

  private static final int FEWEST_IN_MEAN = 10;

  /** A first step below this part of the last one is not worth an axis that begins there. */
  private static final double FROM_ZERO = 0.1;

  private static final int DIGITS = 4;

  /** Checks and copies the columns. */
  public MetricsPlot {
    Objects.requireNonNull(columns, "columns");
    Objects.requireNonNull(logarithmic, "logarithmic");
    columns = List.copyOf(columns);
    logarithmic = Set.copyOf(logarithmic);
    if (columns.isEmpty()) {
      throw new IllegalArgumentException("columns is empty: allowed is at least one column");
    }
    if (!columns.containsAll(logarithmic)) {
      throw new IllegalArgumentException(
          "logarithmic is %s: allowed are %s".formatted(logarithmic, columns));
    }
  }

  /** Plots columns with linear axes. */
  public static MetricsPlot of(String... columns) {
    return new MetricsPlot(List.of(columns), Set.of());
  }

  /** The same plot with logarithmic axes for these columns, linear ones for the others. */
  public MetricsPlot withLogarithmic(String... logarithmic) {
    return new MetricsPlot(columns, Set.of(logarithmic));
  }

  /**
   * Draws the image.
   *
   * @throws IllegalArgumentException if the table lacks a column
   */
  public BufferedImage render(MetricsHistory history) {
    List<XYChart> charts = columns.stream().map(column -> chart(history, column)).toList();
    return ChartPage.compose(charts, charts.size() > MOST_IN_ONE_COLUMN ? 2 : 1);
  }

  /**
   * Draws the image into a PNG file, which appears complete or not at all; an older one is
   * replaced.
   *
   * @throws IllegalArgumentException if the table lacks a column
   * @throws ImageException if the file cannot be written
   */
  public void write(Path file, MetricsHistory history) {
    PngFile.write(file, render(history), Map.of());
  }

  private XYChart chart(MetricsHistory history, String column) {
    if (!history.columns().contains(column)) {
      throw new IllegalArgumentException(
          "column is '%s': allowed are %s".formatted(column, history.columns()));
    }
    boolean log = logarithmic.contains(column);
    Curve measured = Curve.of(history, column, value -> !log || value > 0);
    String title = column + (log ? " (logarithmic)" : "") + latest(measured);
    XYChart chart = ChartPage.chart(WIDTH, HEIGHT, title, MetricsHistory.STEP);
    long first = history.rows().isEmpty() ? 0 : history.rows().getFirst().step();
    long last = history.rows().isEmpty() ? 1 : history.rows().getLast().step();
    Curve curve = log ? measured.logarithmic() : measured;
    if (log) {
      ChartPage.logarithmicY(chart, curve.y());
    }
    double from = first < last * FROM_ZERO ? 0 : first;
    ChartPage.range(chart, from, Math.max(last, from + 1), curve.size() > 0 ? curve.y()[0] : 0);
    if (curve.size() >= FEWEST_SMOOTHED) {
      Curve mean = measured.smoothed(Math.max(FEWEST_IN_MEAN, SMOOTHED_PART * curve.size()));
      Curve smooth = log ? mean.logarithmic() : mean;
      ChartPage.line(chart, "measured", curve.thinned(WIDTH), ChartPage.LIGHT, 1);
      ChartPage.line(chart, "smoothed", smooth.thinned(WIDTH), ChartPage.STRONG, 2);
    } else {
      ChartPage.line(chart, "measured", curve, ChartPage.STRONG, 2);
      if (curve.size() <= MOST_DOTTED) {
        ChartPage.dots(chart, "points", curve, ChartPage.STRONG, 6);
      }
    }
    return chart;
  }

  private static String latest(Curve curve) {
    if (curve.size() == 0) {
      return ": no values yet";
    }
    int last = curve.size() - 1;
    return ": %s at step %s"
        .formatted(ShortNumber.steady(curve.y()[last], DIGITS), (long) curve.x()[last]);
  }
}
