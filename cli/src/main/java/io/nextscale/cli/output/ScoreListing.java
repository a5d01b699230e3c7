package io.nextscale.cli.output;

import io.nextscale.var.Score;
import io.nextscale.var.json.Json;
import io.nextscale.var.scale.Scale;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Shows scores as a table or as JSON.
 *
 * @param mean over all images
 * @param perImage cross-entropy of each image; empty if it was not kept
 */
public record ScoreListing(Score mean, List<Double> perImage) {
  /**
   * The figures of VAR's scaling laws (arXiv 2404.02905, section 4.2): cross-entropy L and token
   * error Err, of the last scale and of all.
   */
  private Map<String, Double> scalingLaws() {
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put("L_last", mean.crossEntropy().getLast());
    figures.put("L_all", mean.meanCrossEntropy());
    figures.put("Err_last", 1 - mean.accuracy().getLast());
    figures.put("Err_all", 1 - mean.meanAccuracy());
    return figures;
  }

  /** The scores as JSON. */
  public String json() {
    return Json.write(values());
  }

  /** The scores of folders as JSON, with the number of files that were skipped. */
  public String folderJson(int skipped) {
    Map<String, Object> values = values();
    values.put("skipped", skipped);
    return Json.write(values);
  }

  private Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("images", mean.images());
    values.put("scales", mean.scales().list().stream().map(Scale::toString).toList());
    values.put("per_scale_ce", mean.crossEntropy());
    values.put("per_scale_accuracy", mean.accuracy());
    values.put("mean_ce", mean.meanCrossEntropy());
    values.put("accuracy", mean.meanAccuracy());
    values.putAll(scalingLaws());
    if (!perImage.isEmpty()) {
      values.put("per_image_ce", perImage);
    }
    return values;
  }

  /** The scores as a table. */
  public String table() {
    List<String> lines = new ArrayList<>();
    lines.add("%-8s%8s%15s%10s".formatted("scale", "tokens", "cross-entropy", "accuracy"));
    for (int k = 0; k < mean.scales().count(); k++) {
      Scale scale = mean.scales().get(k);
      String grid = "%sx%s".formatted(scale.height(), scale.width());
      lines.add(row(grid, scale.tokens(), mean.crossEntropy().get(k), mean.accuracy().get(k)));
    }
    lines.add(row("all", mean.scales().tokens(), mean.meanCrossEntropy(), mean.meanAccuracy()));
    String images = mean.images() == 1 ? "1 image" : "mean of " + mean.images() + " images";
    lines.add(images + ", nats per token");
    return String.join(System.lineSeparator(), lines);
  }

  /** The scores of folders as a table, with the figures of scaling laws. */
  public String folderTable(int skipped) {
    String figures =
        scalingLaws().entrySet().stream()
            .map(each -> String.format(Locale.ROOT, "%s %.6f", each.getKey(), each.getValue()))
            .collect(Collectors.joining("  "));
    String skippedFiles = skipped == 0 ? "" : ", %s skipped".formatted(skipped);
    return table() + skippedFiles + System.lineSeparator() + figures;
  }

  private static String row(String name, int tokens, double crossEntropy, double accuracy) {
    return String.format(Locale.ROOT, "%-8s%8d%15.6f%10.4f", name, tokens, crossEntropy, accuracy);
  }
}
