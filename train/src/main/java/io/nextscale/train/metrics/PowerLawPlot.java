package io.nextscale.train.metrics;

import io.nextscale.var.image.ImageException;
import io.nextscale.var.image.PngFile;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.knowm.xchart.XYChart;

/**
 * Draws losses over sizes with the fitted {@link PowerLaw}, both axes logarithmic: one chart a
 * series, side by side, as in the figures of VAR's scaling laws. The title gives equation and
 * correlation, the axis the name. Needs a font on the system, not a screen.
 *
 * @param sizeName what the sizes are, such as {@code parameters N}
 * @param series at least one
 */
public record PowerLawPlot(String sizeName, List<Series> series) {
  private static final int WIDTH = 560;
  private static final int HEIGHT = 420;

  /** The line goes beyond the points by this factor. */
  private static final double MARGIN = 1.2;

  /** Checks and copies the series. */
  public PowerLawPlot {
    Objects.requireNonNull(sizeName, "sizeName");
    Objects.requireNonNull(series, "series");
    series = List.copyOf(series);
    if (series.isEmpty()) {
      throw new IllegalArgumentException("series is empty: allowed is at least one");
    }
  }

  /**
   * Measured losses.
   *
   * @param name such as {@code loss of the last scale}
   * @param sizes positive, in any order
   * @param losses positive, as many as sizes
   */
  public record Series(String name, double[] sizes, double[] losses) {
    /**
     * Copies the arrays and checks that a law can be fitted.
     *
     * @throws IllegalArgumentException if not, see {@link PowerLaw#fit}
     */
    public Series {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(sizes, "sizes");
      Objects.requireNonNull(losses, "losses");
      sizes = sizes.clone();
      losses = losses.clone();
      PowerLaw.fit(sizes, losses);
    }

    /** A copy of the sizes. */
    @Override
    public double[] sizes() {
      return sizes.clone();
    }

    /** A copy of the losses. */
    @Override
    public double[] losses() {
      return losses.clone();
    }

    /** The law that fits best. */
    public PowerLaw law() {
      return PowerLaw.fit(sizes, losses);
    }

    /** Writes the numbers, since two arrays have no text of their own. */
    @Override
    public String toString() {
      return "Series[%s, sizes %s, losses %s]"
          .formatted(name, Arrays.toString(sizes), Arrays.toString(losses));
    }
  }

  /** Draws the image. */
  public BufferedImage render() {
    return ChartPage.compose(series.stream().map(this::chart).toList(), series.size());
  }

  /**
   * Draws the image into a PNG file, which appears complete or not at all; an older one is
   * replaced.
   *
   * @throws ImageException if the file cannot be written
   */
  public void write(Path file) {
    PngFile.write(file, render(), Map.of());
  }

  private XYChart chart(Series one) {
    PowerLaw law = one.law();
    XYChart chart = ChartPage.chart(WIDTH, HEIGHT, law.equation(), sizeName);
    chart.setYAxisTitle(one.name());
    chart.getStyler().setYAxisTitleVisible(true);
    double least = Arrays.stream(one.sizes).min().orElseThrow();
    double greatest = Arrays.stream(one.sizes).max().orElseThrow();
    double[] ends = {least / MARGIN, greatest * MARGIN};
    double[] losses = {law.loss(ends[0]), law.loss(ends[1])};
    Curve line = new Curve(Curve.logarithms(ends), Curve.logarithms(losses));
    ChartPage.logarithmicX(chart, line.x());
    ChartPage.logarithmicY(chart, line.y());
    ChartPage.range(chart, line.x()[0], line.x()[1], line.y()[0]);
    ChartPage.line(chart, "law", line, ChartPage.WARM, 2);
    Curve points = new Curve(Curve.logarithms(one.sizes), Curve.logarithms(one.losses));
    ChartPage.dots(chart, "measured", points, ChartPage.STRONG, 9);
    return chart;
  }
}
