package io.nextscale.bench;

import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws two charts of results: the seconds of each scale beside its limit, and the seconds of
 * requests over their FLOPs.
 */
public final class ResultPlot {
  private static final Color[] COLORS = {
    new Color(0x1F5FA8), new Color(0xD1495B), new Color(0x3A8F5C), new Color(0x8A6FB0)
  };
  private static final int WIDTH = 640;
  private static final int HEIGHT = 480;
  private static final double TERA = 1e-12;

  private final XYChart scales = chart("Scales of one image and their limits (dashed)", "scale");
  private final XYChart work = chart("Requests and their limits (dashed)", "TFLOP");
  private int files;

  private ResultPlot() {
    work.getStyler().setXAxisLogarithmic(true);
  }

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
    BitmapEncoder.saveBitmap(
        List.of(plot.scales, plot.work),
        1,
        2,
        arguments[0].replaceFirst("[.]png$", ""),
        BitmapEncoder.BitmapFormat.PNG);
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
    line(scales, name, x, column(steps, "seconds", 1), color, false);
    line(scales, name + " limit", x, column(steps, "limit_seconds", 1), color, true);
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
        column(totals, "flops", TERA),
        column(totals, "limit_seconds", 1),
        color,
        true);
  }

  private void addRequests(String name, List<ResultNode> rows, Color color) {
    List<ResultNode> sorted = new ArrayList<>(rows);
    sorted.sort(Comparator.comparingDouble(row -> row.number("flops")));
    line(work, name, column(sorted, "flops", TERA), column(sorted, "seconds", 1), color, false);
  }

  private static XYChart chart(String title, String xTitle) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(xTitle)
            .yAxisTitle("seconds")
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setYAxisLogarithmic(true);
    chart.getStyler().setLegendPosition(Styler.LegendPosition.InsideNW);
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

  private static double[] column(List<ResultNode> rows, String key, double unit) {
    return rows.stream().mapToDouble(row -> row.number(key) * unit).toArray();
  }
}
