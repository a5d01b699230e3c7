package io.nextscale.cli.output;

import io.nextscale.evaluate.Evaluation;
import io.nextscale.var.json.Json;
import java.util.Locale;
import java.util.OptionalDouble;

/** The figures of an evaluation as text, each with the number of images behind it. */
public record EvaluationListing(Evaluation figures) {

  /** A line for each figure. */
  public String table() {
    StringBuilder text = new StringBuilder();
    String samples = figures.samples() + " samples";
    line(text, "FID", OptionalDouble.of(figures.fid()), "%.4f", samples);
    line(text, "sFID", figures.sfid(), "%.4f", samples);
    line(text, "Inception Score", figures.inceptionScore(), "%.4f", samples);
    String both =
        samples
            + (figures.references().isPresent()
                ? ", %s references".formatted(figures.references().getAsInt())
                : "");
    line(text, "precision", figures.precision(), "%.4f", both);
    line(text, "recall", figures.recall(), "%.4f", both);
    figures
        .kernelDistance()
        .ifPresent(kid -> line(text, "KID", OptionalDouble.of(kid.mean()), "%.6f", both));
    return text.append("protocol ").append(figures.protocol()).toString();
  }

  private static void line(
      StringBuilder text, String name, OptionalDouble value, String format, String of) {
    value.ifPresent(
        number ->
            text.append(
                String.format(Locale.ROOT, "%-16s" + format + "  (%s)%n", name, number, of)));
  }

  /** The figures as JSON. */
  public String json() {
    return Json.write(figures.toMap());
  }
}
