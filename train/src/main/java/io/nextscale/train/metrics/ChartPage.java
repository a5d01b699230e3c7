package io.nextscale.train.metrics;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The look that all charts share, and several of them in one picture. */
final class ChartPage {
  static final Color STRONG = new Color(0x1F5FA8);
  static final Color LIGHT = new Color(0xB9D2EE);
  static final Color WARM = new Color(0xD1495B);

  private static final Color TEXT = new Color(0x202020);
  private static final Color GRID = new Color(0xE4E4E4);
  private static final Color BORDER = new Color(0xA0A0A0);
  private static final int DIGITS = 4;
  private static final int LABEL_WIDTH = 56;
  private static final double UNEVEN = 0.2718;

  private ChartPage() {}

  /** An empty chart. */
  static XYChart chart(int width, int height, String title, String xTitle) {
    XYChart chart = new XYChart(width, height, Styler.ChartTheme.XChart);
    chart.setTitle(title);
    chart.setXAxisTitle(xTitle);
    XYStyler styler = chart.getStyler();
    styler.setChartBackgroundColor(Color.WHITE).setChartFontColor(TEXT).setChartPadding(10);
    styler.setChartTitleFont(font(Font.BOLD, 15)).setChartTitleBoxVisible(false);
    styler.setLegendVisible(false).setPlotBackgroundColor(Color.WHITE);
    styler.setPlotBorderColor(BORDER).setPlotContentSize(0.94).setAntiAlias(true);
    styler.setAxisTitleFont(font(Font.PLAIN, 13)).setAxisTickLabelsFont(font(Font.PLAIN, 12));
    styler.setXAxisTickLabelsColor(TEXT).setYAxisTickLabelsColor(TEXT);
    styler.setAxisTickMarksColor(BORDER).setPlotGridLinesColor(GRID);
    styler.setPlotGridLinesStroke(new BasicStroke(1)).setLocale(Locale.ROOT);
    styler.setXAxisTickMarkSpacingHint(80).setYAxisTickMarkSpacingHint(40);
    styler.setYAxisLeftWidthHint(LABEL_WIDTH);
    styler.setYAxisLabelAlignment(AxesChartStyler.TextAlignment.Right);
    styler.setYAxisTitleVisible(false).setPlotMargin(0);
    chart.setCustomXAxisTickLabelsFormatter(ChartPage::label);
    chart.setCustomYAxisTickLabelsFormatter(ChartPage::label);
    return chart;
  }

  /**
   * Makes the axes show the powers of ten of their numbers: logarithms are drawn on linear axes,
   * since XChart's own logarithmic ones have no labels within a decade, labels on each other over
   * two of them, and false ones with a formatter.
   */
  static void logarithmic(XYChart chart, boolean x, boolean y) {
    if (x) {
      chart.setCustomXAxisTickLabelsFormatter(exponent -> powerOfTen(exponent));
    }
    if (y) {
      chart.setCustomYAxisTickLabelsFormatter(exponent -> powerOfTen(exponent));
    }
  }

  /**
   * Sets where the axis of x begins and ends.
   *
   * @param y any number among those that are drawn
   */
  static void range(XYChart chart, double from, double to, double y) {
    chart.getStyler().setXAxisMin(from).setXAxisMax(to);
    // XChart labels evenly spaced points instead of round numbers, however close they are
    double[] x = {from, from + UNEVEN * (to - from)};
    chart.addSeries("uneven", x, new double[] {y, y}).setEnabled(false);
  }

  /** Draws points joined by a line; without points nothing. */
  static void line(XYChart chart, String name, Curve curve, Color color, float width) {
    if (curve.size() > 0) {
      XYSeries series = add(chart, name, curve, color, SeriesMarkers.NONE);
      series.setLineStyle(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    }
  }

  /** Draws points as dots; without points nothing. */
  static void dots(XYChart chart, String name, Curve curve, Color color, int size) {
    if (curve.size() > 0) {
      chart.getStyler().setMarkerSize(size);
      XYSeries series = add(chart, name, curve, color, SeriesMarkers.CIRCLE);
      series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    }
  }

  /** All charts, of equal size, in rows on white. */
  static BufferedImage compose(List<XYChart> charts, int columns) {
    int width = charts.getFirst().getWidth();
    int height = charts.getFirst().getHeight();
    int rows = Math.ceilDiv(charts.size(), columns);
    BufferedImage page =
        new BufferedImage(width * columns, height * rows, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = page.createGraphics();
    try {
      graphics.setColor(Color.WHITE);
      graphics.fillRect(0, 0, page.getWidth(), page.getHeight());
      graphics.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      for (int i = 0; i < charts.size(); i++) {
        Graphics2D part =
            (Graphics2D) graphics.create(i % columns * width, i / columns * height, width, height);
        charts.get(i).paint(part, width, height);
        part.dispose();
      }
    } finally {
      graphics.dispose();
    }
    return page;
  }

  private static XYSeries add(XYChart chart, String name, Curve curve, Color color, Marker marker) {
    XYSeries series = chart.addSeries(name, curve.x(), curve.y());
    series.setMarkerColor(color).setMarker(marker).setLineColor(color);
    return series;
  }

  private static String powerOfTen(double exponent) {
    return ShortNumber.shortest(Math.pow(10, exponent), DIGITS - 1);
  }

  private static String label(double value) {
    return ShortNumber.shortest(value, DIGITS);
  }

  private static Font font(int style, int size) {
    return new Font(Font.SANS_SERIF, style, size);
  }
}
