package io.nextscale.train.metrics;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The progress of a training as a line of text: {@code [#######.............] 350/1000 loss 0.1513
 * 31.2 images/s ETA 12:40}, with two spaces between the parts.
 *
 * @param done steps done, of all runs, at most {@code total}
 * @param total steps in all, at least 1
 * @param before steps that were done when the clock began, at most {@code done}
 * @param seconds since the clock began, at least 0
 * @param metrics name to value, shown in their order
 * @param imagesPerSecond throughput; not shown unless it is a positive number
 */
public record ProgressLine(
    long done,
    long total,
    long before,
    double seconds,
    Map<String, Double> metrics,
    double imagesPerSecond) {
  private static final int BAR = 20;
  private static final int DIGITS = 4;
  private static final double LONGEST_SECONDS = 3.6e9;

  /** Checks the ranges and copies the metrics, in their order. */
  public ProgressLine {
    Objects.requireNonNull(metrics, "metrics");
    if (total < 1) {
      throw new IllegalArgumentException("total is %s: allowed is at least 1".formatted(total));
    }
    if (done < 0 || done > total) {
      throw new IllegalArgumentException("done is %s: allowed is 0 to %s".formatted(done, total));
    }
    if (before < 0 || before > done) {
      throw new IllegalArgumentException(
          "before is %s: allowed is 0 to %s".formatted(before, done));
    }
    if (!(seconds >= 0)) {
      throw new IllegalArgumentException("seconds is %s: allowed is at least 0".formatted(seconds));
    }
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
  }

  /** Progress of a training that this process began. */
  public ProgressLine(
      long done, long total, double seconds, Map<String, Double> metrics, double imagesPerSecond) {
    this(done, total, 0, seconds, metrics, imagesPerSecond);
  }

  /** The line, without an end of line. */
  public String text() {
    StringBuilder line = new StringBuilder("[");
    int full = (int) Math.floor((double) done / total * BAR);
    line.append("#".repeat(full)).append(".".repeat(BAR - full));
    line.append("] ").append(done).append('/').append(total);
    metrics.forEach(
        (name, value) ->
            line.append("  ").append(name).append(' ').append(ShortNumber.steady(value, DIGITS)));
    if (imagesPerSecond > 0 && Double.isFinite(imagesPerSecond)) {
      line.append(String.format(Locale.ROOT, "  %.1f images/s", imagesPerSecond));
    }
    if (done == total) {
      return line.append("  took ").append(duration(seconds)).toString();
    }
    return line.append("  ETA ").append(duration(remainingSeconds())).toString();
  }

  /** Seconds until the end at the mean pace so far; NaN before the first step of this process. */
  public double remainingSeconds() {
    return done == before ? Double.NaN : seconds / (done - before) * (total - done);
  }

  /**
   * A duration as {@code h:mm:ss}, below one hour as {@code m:ss}, rounded to seconds; a question
   * mark for NaN, negative and absurdly long ones.
   */
  public static String duration(double seconds) {
    if (!(seconds >= 0 && seconds <= LONGEST_SECONDS)) {
      return "?";
    }
    long whole = Math.round(seconds);
    long hours = whole / 3600;
    long minutes = whole / 60 % 60;
    return hours > 0
        ? String.format(Locale.ROOT, "%d:%02d:%02d", hours, minutes, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d", minutes, whole % 60);
  }
}
