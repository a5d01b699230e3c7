package io.nextscale.cli;

import io.nextscale.var.Score;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Means of the scores of images. */
final class ScoreTable {
  private final Scales scales;
  private final double[] crossEntropy;
  private final double[] accuracy;
  private final List<Double> ofImages = new ArrayList<>();
  private int images;
  private double totalCrossEntropy;
  private double totalAccuracy;

  ScoreTable(Scales scales) {
    this.scales = scales;
    crossEntropy = new double[scales.count()];
    accuracy = new double[scales.count()];
  }

  /** Adds one image and remembers its own cross-entropy. */
  void add(Score score) {
    add(score, 1);
    ofImages.add(score.meanCrossEntropy());
  }

  /** Adds several images. */
  void add(Score score, int count) {
    for (int k = 0; k < scales.count(); k++) {
      crossEntropy[k] += count * score.crossEntropy().get(k);
      accuracy[k] += count * score.accuracy().get(k);
    }
    images += count;
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
    figures.put("L_last", crossEntropy[last] / images);
    figures.put("L_all", totalCrossEntropy / images);
    figures.put("Err_last", 1 - accuracy[last] / images);
    figures.put("Err_all", 1 - totalAccuracy / images);
    return figures;
  }

  /** For machines. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("images", images);
    map.put("scales", scales.list().stream().map(Scale::toString).toList());
    map.put("per_scale_ce", means(crossEntropy));
    map.put("per_scale_accuracy", means(accuracy));
    map.put("mean_ce", totalCrossEntropy / images);
    map.put("accuracy", totalAccuracy / images);
    map.putAll(scalingLaws());
    if (!ofImages.isEmpty()) {
      map.put("per_image_ce", ofImages);
    }
    return map;
  }

  private List<Double> means(double[] sums) {
    List<Double> means = new ArrayList<>();
    for (double sum : sums) {
      means.add(sum / images);
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
        .append(images == 1 ? "1 image" : "mean of " + images + " images")
        .append(", nats per token")
        .toString();
  }

  private void append(StringBuilder table, String name, int tokens, double ce, double right) {
    table.append(
        String.format(
            Locale.ROOT, "%-8s%8d%15.6f%10.4f%n", name, tokens, ce / images, right / images));
  }
}
