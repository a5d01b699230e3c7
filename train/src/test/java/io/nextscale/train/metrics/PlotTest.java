package io.nextscale.train.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plots, read back from their files. */
class PlotTest {
  private static final int WHITE = 0xFFFFFF;
  private static final double[] SIZES = {18.5e6, 63e6, 130e6, 310e6, 600e6, 1e9, 2e9};
  private static final double[] LOSSES = {7.1, 5.2, 4.6, 3.9, 3.2, 2.9, 2.4};

  @TempDir Path folder;

  @Test
  void oneChartUnderTheOther() throws IOException {
    BufferedImage page = plot(MetricsPlot.of("loss", "PSNR"), Trainings.noisy(3000));
    assertThat(page.getWidth()).isEqualTo(720);
    assertThat(page.getHeight()).isEqualTo(600);
    BufferedImage loss = page.getSubimage(0, 0, 720, 300);
    assertThat(count(loss, ChartPage.LIGHT)).as("every value").isGreaterThan(3000);
    assertThat(count(loss, ChartPage.STRONG)).as("moving average").isGreaterThan(600);
    BufferedImage psnr = page.getSubimage(0, 300, 720, 300);
    assertThat(count(psnr, ChartPage.LIGHT)).as("six points are not smoothed").isZero();
    assertThat(count(psnr, ChartPage.STRONG)).isGreaterThan(300);
    assertThat(count(page, Color.WHITE)).isGreaterThan(page.getWidth() * page.getHeight() / 2);
    assertThat(page.getRGB(0, 0) & WHITE).isEqualTo(WHITE);
  }

  @Test
  void theLossFallsFromLeftToRight() throws IOException {
    BufferedImage page = plot(MetricsPlot.of("loss"), Trainings.noisy(3000));
    assertThat(height(page, 90, 110)).isLessThan(height(page, 650, 670) - 20);
  }

  @Test
  void aLogarithmicAxisMakesAPowerStraight() throws IOException {
    List<MetricsRow> rows = new ArrayList<>();
    for (int step = 0; step <= 90; step++) {
      rows.add(new MetricsRow(step, Map.of("a", Math.pow(10, -step / 30.0))));
    }
    MetricsHistory history = new MetricsHistory(List.of("a"), rows);
    BufferedImage straight = plot(MetricsPlot.of("a").withLogarithmic("a"), history);
    BufferedImage bent = plot(MetricsPlot.of("a"), history);
    assertThat(sag(straight)).isBetween(-3.0, 3.0);
    assertThat(sag(bent)).isGreaterThan(15);
  }

  @Test
  void manyChartsStandInTwoColumns() throws IOException {
    MetricsPlot plot =
        new MetricsPlot(Trainings.COLUMNS, Set.of("loss", "gradient norm", "validation loss"));
    BufferedImage page = plot(plot, Trainings.noisy(20_000));
    assertThat(page.getWidth()).isEqualTo(1440);
    assertThat(page.getHeight()).isEqualTo(900);
    for (int i = 0; i < 6; i++) {
      BufferedImage part = page.getSubimage(i % 2 * 720, i / 2 * 300, 720, 300);
      assertThat(count(part, ChartPage.STRONG)).as("chart %d", i).isGreaterThan(300);
    }
  }

  @Test
  void oddValuesAreDrawnToo() throws IOException {
    List<String> columns = List.of("nothing", "constant", "single", "wild");
    MetricsPlot plot = new MetricsPlot(columns, Set.of("wild", "nothing"));
    List<MetricsRow> rows = new ArrayList<>();
    plot(plot, new MetricsHistory(columns, rows));
    rows.add(new MetricsRow(0, Map.of("constant", 1.0, "single", 4.0, "wild", Double.NaN)));
    plot(plot, new MetricsHistory(columns, rows));
    double[] wild = {Double.POSITIVE_INFINITY, 0, -1, 1e300, 1e-300, Double.MIN_VALUE};
    for (int step = 1; step <= 300; step++) {
      rows.add(
          new MetricsRow(
              step, Map.of("constant", 1.0, "nothing", Double.NaN, "wild", wild[step % 6])));
    }
    BufferedImage page = plot(plot, new MetricsHistory(columns, rows));
    assertThat(count(page.getSubimage(0, 0, 720, 300), ChartPage.STRONG)).isZero();
    assertThat(count(page.getSubimage(720, 0, 720, 300), ChartPage.STRONG)).isGreaterThan(300);
    assertThat(count(page.getSubimage(0, 300, 720, 300), ChartPage.STRONG)).isGreaterThan(10);
    assertThat(count(page.getSubimage(720, 300, 720, 300), ChartPage.STRONG)).isGreaterThan(300);
  }

  @Test
  void smoothingKeepsConstantsAndHasNoBias() {
    Curve curve = new Curve(new double[] {1, 2, 3}, new double[] {4, 4, 4});
    assertThat(curve.smoothed(10).y()).containsExactly(4, 4, 4);
    Curve step = new Curve(new double[] {1, 2}, new double[] {0, 1});
    assertThat(step.smoothed(3).y()[1]).isEqualTo(2 / 3.0);
  }

  @Test
  void thinningKeepsTheExtremes() {
    double[] x = new double[1000];
    double[] y = new double[1000];
    for (int i = 0; i < x.length; i++) {
      x[i] = i;
      y[i] = Math.sin(i);
    }
    y[123] = 50;
    y[777] = -50;
    Curve thin = new Curve(x, y).thinned(20);
    assertThat(thin.size()).isEqualTo(40);
    assertThat(thin.y()).contains(50, -50);
    assertThat(thin.x()).isSorted();
  }

  @Test
  void aPowerLawIsALineThroughDots() throws IOException {
    Path file = folder.resolve("law.png");
    PowerLawPlot.Series series = new PowerLawPlot.Series("all scales", SIZES, LOSSES);
    assertThat(series.law().correlation()).isLessThan(-0.99);
    new PowerLawPlot("parameters N", List.of(series, series)).write(file);
    BufferedImage page = ImageIO.read(file.toFile());
    assertThat(page.getWidth()).isEqualTo(1120);
    assertThat(page.getHeight()).isEqualTo(420);
    for (int i = 0; i < 2; i++) {
      BufferedImage part = page.getSubimage(i * 560, 0, 560, 420);
      assertThat(count(part, ChartPage.WARM)).as("line").isGreaterThan(300);
      assertThat(count(part, ChartPage.STRONG)).as("dots").isGreaterThan(7 * 40);
    }
  }

  @Test
  void wrongPlotsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(MetricsPlot::of)
        .withMessage("columns is empty: allowed is at least one column");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MetricsPlot.of("a").withLogarithmic("b"))
        .withMessage("logarithmic is [b]: allowed are [a]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MetricsPlot.of("a").render(new MetricsHistory(List.of("b"), List.of())))
        .withMessage("column is 'a': allowed are [b]");
    assertThatIllegalArgumentException().isThrownBy(() -> new PowerLawPlot("N", List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PowerLawPlot.Series("a", new double[] {1}, new double[] {1}));
  }

  private BufferedImage plot(MetricsPlot plot, MetricsHistory history) throws IOException {
    Path file = folder.resolve("metrics.png");
    plot.write(file, history);
    return ImageIO.read(file.toFile());
  }

  private static int count(BufferedImage image, Color color) {
    int count = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        count += (image.getRGB(x, y) & WHITE) == (color.getRGB() & WHITE) ? 1 : 0;
      }
    }
    return count;
  }

  /** How far the middle of the curve lies under the mean of its ends. */
  private static double sag(BufferedImage image) {
    return height(image, 380, 382) - (height(image, 180, 182) + height(image, 580, 582)) / 2;
  }

  /** Mean distance of the strong line from the top, within some columns of pixels. */
  private static double height(BufferedImage image, int from, int to) {
    double sum = 0;
    int count = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = from; x < to; x++) {
        if ((image.getRGB(x, y) & WHITE) == (ChartPage.STRONG.getRGB() & WHITE)) {
          sum += y;
          count++;
        }
      }
    }
    assertThat(count).as("pixels of the line").isPositive();
    return sum / count;
  }
}
