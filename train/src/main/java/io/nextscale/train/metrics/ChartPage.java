package io.nextscale.train.metrics;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The look that all charts share, and several of them in one image. */
public final class ChartPage {
  /** Colour of the main line. */
  public static final Color STRONG = new Color(0x1F5FA8);

  static final Color LIGHT = new Color(0xB9D2EE);

  /** Colour of a second line. */
  public static final Color WARM = new Color(0xD1495B);

  private static final Color TEXT = new Color(0x202020);
  private static final Color GRID = new Color(0xE4E4E4);
  private static final Color BORDER = new Color(0xA0A0A0);
  private static final int MOST_LABELS = 8;
  private static final double FEWEST_DIGITS = 3;
  private static final int MOST_DIGITS = 10;
  private static final int LABEL_WIDTH = 56;
  private static final double UNEVEN = 0.2718;

  private ChartPage() {}

  /** An empty chart. */
  public static XYChart chart(int width, int height, String title, String xTitle) {
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
   * Labels the axis of x, on which decimal logarithms are drawn, with their numbers. XChart's own
   * logarithmic axes have no labels within a decade, labels on each other over two of them, and
   * false ones with a formatter.
   */
  public static void logarithmicX(XYChart chart, double[] logarithms) {
    chart.setCustomXAxisTickLabelsFormatter(powersOfTen(logarithms));
  }

  /** Labels the axis of y, on which decimal logarithms are drawn, with their numbers. */
  public static void logarithmicY(XYChart chart, double[] logarithms) {
    chart.setCustomYAxisTickLabelsFormatter(powersOfTen(logarithms));
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
  public static BufferedImage compose(List<XYChart> charts, int columns) {
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

  /** Numbers with as many digits as it takes to tell apart the labels of one axis. */
  private static Function<Double, String> powersOfTen(double[] logarithms) {
    DoubleSummaryStatistics range = Arrays.stream(logarithms).summaryStatistics();
    double ratio = Math.log(10) * (range.getMax() - range.getMin()) / MOST_LABELS;
    double digits = ratio > 0 ? Math.ceil(2 - Math.log10(ratio)) : FEWEST_DIGITS;
    int shown = (int) Math.clamp(digits, FEWEST_DIGITS, MOST_DIGITS);
    return exponent -> ShortNumber.shortest(Math.pow(10, exponent), shown);
  }

  private static String label(double value) {
    return ShortNumber.shortest(value, MOST_DIGITS);
  }

  private static Font font(int style, int size) {
    return new Font(Font.SANS_SERIF, style, size);
  }
}
