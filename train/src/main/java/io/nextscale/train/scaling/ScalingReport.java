package io.nextscale.train.scaling;

import io.nextscale.train.metrics.PowerLaw;
import io.nextscale.train.metrics.PowerLawPlot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * The results of all sizes: the four figures of VAR's scaling laws (<a
 * href="https://arxiv.org/abs/2404.02905">Tian et al. 2024</a>, section 4.2) and the laws {@code
 * (β·N)^α} through them.
 *
 * @param results one for each size
 */
public record ScalingReport(List<SizeResult> results) {
  private static final List<Figure> FIGURES =
      List.of(
          new Figure("L_last", "loss of the last scale", SizeResult::lastLoss),
          new Figure("L_all", "loss of all scales", SizeResult::loss),
          new Figure("Err_last", "token error of the last scale", SizeResult::lastError),
          new Figure("Err_all", "token error of all scales", SizeResult::error));

  private record Figure(String name, String meaning, ToDoubleFunction<SizeResult> of) {}

  /** Copies the list. */
  public ScalingReport {
    Objects.requireNonNull(results, "results");
    results = List.copyOf(results);
  }

  /**
   * The law of a figure.
   *
   * @param name {@code L_last}, {@code L_all}, {@code Err_last} or {@code Err_all}
   * @return none if the figure does not change or there are fewer than two sizes
   * @throws IllegalArgumentException if there is no such figure
   */
  public Optional<PowerLaw> law(String name) {
    for (Figure figure : FIGURES) {
      if (figure.name.equals(name)) {
        return series(figure).map(PowerLawPlot.Series::law);
      }
    }
    throw new IllegalArgumentException(
        "figure \"" + name + "\": expected one of " + FIGURES.stream().map(Figure::name).toList());
  }

  private Optional<PowerLawPlot.Series> series(Figure figure) {
    double[] sizes = results.stream().mapToDouble(SizeResult::blockParameters).toArray();
    double[] values = results.stream().mapToDouble(figure.of).toArray();
    try {
      return Optional.of(new PowerLawPlot.Series(figure.meaning, sizes, values));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // a figure that is 0 or the same everywhere follows no law
    }
  }

  /** The table and the laws, for people. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%3s%11s%11s%9s%9s%10s%9s%8s%10s\n"
            .formatted(
                "d", "N", "N_all", "L_last", "L_all", "Err_last", "Err_all", "steps", "images/s"));
    for (SizeResult one : results) {
      text.append(
          String.format(
              Locale.ROOT,
              "%3d%11d%11d%9.4f%9.4f%10.4f%9.4f%8d%10.1f\n",
              one.depth(),
              one.blockParameters(),
              one.parameters(),
              one.lastLoss(),
              one.loss(),
              one.lastError(),
              one.error(),
              one.steps(),
              one.imagesPerSecond()));
    }
    for (Figure figure : FIGURES) {
      text.append(line(figure));
    }
    return text.append("N: parameters of the blocks; N_all: with embeddings, positions and head; ")
        .append("losses in nats a token\n")
        .toString();
  }

  private String line(Figure figure) {
    Optional<PowerLaw> law = series(figure).map(PowerLawPlot.Series::law);
    return law.map(
            found ->
                String.format(
                    Locale.ROOT,
                    "%-8s = (β·N)^α: α = %.4f, β = %.3e, correlation of logarithms %.4f\n",
                    figure.name,
                    found.alpha(),
                    found.beta(),
                    found.correlation()))
        .orElse(figure.name + " follows no law: it is 0 or the same for every size\n");
  }

  /**
   * Draws the laws that there are, one chart each; no file if there are none.
   *
   * @param file PNG, written whole or not at all
   * @throws io.nextscale.var.image.ImageException if it cannot be written
   */
  public void draw(Path file) {
    List<PowerLawPlot.Series> series = new ArrayList<>();
    FIGURES.forEach(figure -> series(figure).ifPresent(series::add));
    if (!series.isEmpty()) {
      new PowerLawPlot("parameters N of the blocks", series).write(file);
    }
  }
}
