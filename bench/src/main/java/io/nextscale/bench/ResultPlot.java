package io.nextscale.bench;

import io.nextscale.train.metrics.ChartPage;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws two charts of results: the seconds of each scale beside its limit, and the seconds of
 * requests over their FLOPs.
 */
public final class ResultPlot {
  private static final Color[] COLORS = {
    ChartPage.STRONG, ChartPage.WARM, new Color(0x3A8F5C), new Color(0x8A6FB0)
  };
  private static final int WIDTH = 640;
  private static final int HEIGHT = 480;
  private static final double TERA = 1e-12;

  private final XYChart scales = chart("seconds of each scale; limits are dashed", "scale");
  private final XYChart work = chart("seconds of requests; limits are dashed", "TFLOP");
  private int files;

  /**
   * Writes the image.
   *
   * @param arguments a PNG file, then results of {@code limit} and {@code sizes}
   */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 2 || !arguments[0].endsWith(".png")) {
      System.err.println("usage: plot IMAGE.png RESULT.json...");
      System.exit(2);
    }
    ResultPlot plot = new ResultPlot();
    for (String file : List.of(arguments).subList(1, arguments.length)) {
      plot.add(ResultFile.read(Path.of(file)));
    }
    ImageIO.write(ChartPage.compose(plot.charts(), 2), "png", Path.of(arguments[0]).toFile());
  }

  /** Both charts; their axes show values, where logarithms are drawn. */
  private List<XYChart> charts() {
    ChartPage.logarithmicY(scales, drawn(scales, XYSeries::getYData));
    ChartPage.logarithmicX(work, drawn(work, XYSeries::getXData));
    ChartPage.logarithmicY(work, drawn(work, XYSeries::getYData));
    return List.of(scales, work);
  }

  private static double[] drawn(XYChart chart, Function<XYSeries, double[]> values) {
    return chart.getSeriesMap().values().stream()
        .map(values)
        .flatMapToDouble(Arrays::stream)
        .toArray();
  }

  private void add(ResultNode result) {
    String name = result.text("model") + " " + result.text("compute_type");
    Color color = COLORS[files++ % COLORS.length];
    if (result.text("benchmark").equals("sizes")) {
      List<ResultNode> sizes = result.nodes("sizes");
      String range = sizes.getFirst().text("size") + " to " + sizes.getLast().text("size");
      addRequests(name + ", " + range, sizes, color);
      return;
    }
    List<ResultNode> steps =
        result.node("guided").nodes("phases").stream()
            .filter(phase -> phase.text("name").startsWith("scale"))
            .toList();
    double[] x = new double[steps.size()];
    for (int k = 0; k < x.length; k++) {
      x[k] = k + 1;
    }
    line(scales, name, x, logarithms(steps, "seconds", 1), color, false);
    line(scales, name + " limit", x, logarithms(steps, "limit_seconds", 1), color, true);
    List<ResultNode> totals = new ArrayList<>();
    totals.add(total(result.node("unguided")));
    totals.add(total(result.node("guided")));
    double most = 1;
    for (ResultNode batch : result.nodes("batches")) {
      totals.add(total(batch));
      most = Math.max(most, batch.number("images"));
    }
    addRequests("%s, 1 to %.0f images".formatted(name, most), totals, color);
    line(
        work,
        name + " limit",
        logarithms(totals, "flops", TERA),
        logarithms(totals, "limit_seconds", 1),
        color,
        true);
  }

  private void addRequests(String name, List<ResultNode> rows, Color color) {
    List<ResultNode> sorted = new ArrayList<>(rows);
    sorted.sort(Comparator.comparingDouble(row -> row.number("flops")));
    line(
        work,
        name,
        logarithms(sorted, "flops", TERA),
        logarithms(sorted, "seconds", 1),
        color,
        false);
  }

  private static XYChart chart(String title, String xTitle) {
    XYChart chart = ChartPage.chart(WIDTH, HEIGHT, title, xTitle);
    chart.getStyler().setLegendVisible(true).setLegendPosition(Styler.LegendPosition.InsideNW);
    return chart;
  }

  private static void line(
      XYChart chart, String name, double[] x, double[] y, Color color, boolean dashed) {
    XYSeries series = chart.addSeries(name, x, y);
    series.setMarkerColor(color);
    series.setLineColor(color);
    series.setMarker(dashed ? SeriesMarkers.NONE : SeriesMarkers.CIRCLE);
    if (dashed) {
      float[] dashes = {4, 4};
      series.setLineStyle(
          new BasicStroke(1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL, 1, dashes, 0));
      series.setShowInLegend(false);
    }
  }

  private static ResultNode total(ResultNode measurement) {
    return measurement.nodes("phases").stream()
        .filter(phase -> phase.text("name").equals("total"))
        .findFirst()
        .orElseThrow();
  }

  /** Decimal logarithms of a figure of each row. */
  private static double[] logarithms(List<ResultNode> rows, String key, double unit) {
    return rows.stream().mapToDouble(row -> Math.log10(row.number(key) * unit)).toArray();
  }
}
