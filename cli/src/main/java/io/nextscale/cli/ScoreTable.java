package io.nextscale.cli;

import io.nextscale.var.Score;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Means of the scores of pictures. */
final class ScoreTable {
  private final Scales scales;
  private final double[] crossEntropy;
  private final double[] accuracy;
  private final List<Double> ofPictures = new ArrayList<>();
  private int pictures;
  private double totalCrossEntropy;
  private double totalAccuracy;

  ScoreTable(Scales scales) {
    this.scales = scales;
    crossEntropy = new double[scales.count()];
    accuracy = new double[scales.count()];
  }

  /** Adds one picture and remembers its own cross-entropy. */
  void add(Score score) {
    add(score, 1);
    ofPictures.add(score.meanCrossEntropy());
  }

  /** Adds several pictures. */
  void add(Score score, int count) {
    for (int k = 0; k < scales.count(); k++) {
      crossEntropy[k] += count * score.crossEntropy().get(k);
      accuracy[k] += count * score.accuracy().get(k);
    }
    pictures += count;
    totalCrossEntropy += count * score.meanCrossEntropy();
    totalAccuracy += count * score.meanAccuracy();
  }

  /**
   * The figures of VAR's scaling laws (arXiv 2404.02905, section 4.2): cross-entropy L and token
   * error Err, of the last scale and of all.
   */
  Map<String, Double> scalingLaws() {
    int last = scales.count() - 1;
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("L_last", crossEntropy[last] / pictures);
    figures.put("L_all", totalCrossEntropy / pictures);
    figures.put("Err_last", 1 - accuracy[last] / pictures);
    figures.put("Err_all", 1 - totalAccuracy / pictures);
    return figures;
  }

  /** For machines. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("images", pictures);
    map.put("scales", scales.list().stream().map(Scale::toString).toList());
    map.put("per_scale_ce", means(crossEntropy));
    map.put("per_scale_accuracy", means(accuracy));
    map.put("mean_ce", totalCrossEntropy / pictures);
    map.put("accuracy", totalAccuracy / pictures);
    map.putAll(scalingLaws());
    if (!ofPictures.isEmpty()) {
      map.put("per_image_ce", ofPictures);
    }
    return map;
  }

  private List<Double> means(double[] sums) {
    List<Double> means = new ArrayList<>();
    for (double sum : sums) {
      means.add(sum / pictures);
    }
    return means;
  }

  @Override
  public String toString() {
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            Locale.ROOT, "%-8s%8s%15s%10s%n", "scale", "tokens", "cross-entropy", "accuracy"));
    for (int k = 0; k < scales.count(); k++) {
      Scale scale = scales.get(k);
      String grid = scale.height() + "x" + scale.width();
      append(table, grid, scale.tokens(), crossEntropy[k], accuracy[k]);
    }
    append(table, "all", scales.tokens(), totalCrossEntropy, totalAccuracy);
    return table
        .append(pictures == 1 ? "1 picture" : "mean of " + pictures + " pictures")
        .append(", nats per token")
        .toString();
  }

  private void append(StringBuilder table, String name, int tokens, double ce, double right) {
    table.append(
        String.format(
            Locale.ROOT, "%-8s%8d%15.6f%10.4f%n", name, tokens, ce / pictures, right / pictures));
  }
}
