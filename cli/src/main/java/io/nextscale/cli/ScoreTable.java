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
  private double totalAccuracy;

  ScoreTable(Scales scales) {
    this.scales = scales;
    crossEntropy = new double[scales.count()];
    accuracy = new double[scales.count()];
  }

  /** Adds one picture. */
  void add(Score score) {
    for (int k = 0; k < scales.count(); k++) {
      crossEntropy[k] += score.crossEntropy().get(k);
      accuracy[k] += score.accuracy().get(k);
    }
    ofPictures.add(score.meanCrossEntropy());
    totalAccuracy += score.meanAccuracy();
  }

  private double meanCrossEntropy() {
    return ofPictures.stream().mapToDouble(d -> d).average().orElse(0);
  }

  /** For machines. */
  Map<String, Object> toMap() {
    int pictures = ofPictures.size();
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("images", pictures);
    map.put("scales", scales.list().stream().map(Scale::toString).toList());
    map.put("per_scale_ce", means(crossEntropy));
    map.put("per_scale_accuracy", means(accuracy));
    map.put("mean_ce", meanCrossEntropy());
    map.put("accuracy", totalAccuracy / pictures);
    map.put("per_image_ce", ofPictures);
    return map;
  }

  private List<Double> means(double[] sums) {
    List<Double> means = new ArrayList<>();
    for (double sum : sums) {
      means.add(sum / ofPictures.size());
    }
    return means;
  }

  @Override
  public String toString() {
    int pictures = ofPictures.size();
    StringBuilder table = new StringBuilder();
    table.append(
        String.format(
            Locale.ROOT, "%-8s%8s%15s%10s%n", "scale", "tokens", "cross-entropy", "accuracy"));
    for (int k = 0; k < scales.count(); k++) {
      Scale scale = scales.get(k);
      String grid = scale.height() + "x" + scale.width();
      append(table, grid, scale.tokens(), crossEntropy[k], accuracy[k]);
    }
    append(table, "all", scales.tokens(), meanCrossEntropy() * pictures, totalAccuracy);
    return table
        .append(pictures == 1 ? "1 picture" : "mean of " + pictures + " pictures")
        .append(", nats per token")
        .toString();
  }

  private void append(StringBuilder table, String name, int tokens, double ce, double right) {
    int pictures = ofPictures.size();
    table.append(
        String.format(
            Locale.ROOT, "%-8s%8d%15.6f%10.4f%n", name, tokens, ce / pictures, right / pictures));
  }
}
