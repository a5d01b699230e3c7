package io.nextscale.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares results with kept ones: what is reached of each phase's limit at {@link MachinePace},
 * and the share outside the operators. Both are ratios of figures of one process, so another
 * machine may have made the kept ones, as long as it has the same kind of cores; times are never
 * compared.
 */
final class LimitCheck {
  /** What is reached may be so much less: runs on a quiet machine differ by some 5 %. */
  private static final double LEAST = 0.88;

  private static final double MORE_OUTSIDE = 0.02;

  private final ResultNode kept;
  private final List<String> worse = new ArrayList<>();

  private LimitCheck(ResultNode kept) {
    this.kept = kept;
  }

  /**
   * Reads kept results: before anything is measured.
   *
   * @throws IllegalArgumentException if they are of another model or element type
   */
  static LimitCheck against(Path file, LimitOptions options) throws IOException {
    LimitCheck check = new LimitCheck(ResultFile.read(file));
    String kept = check.kept.text("model") + " " + check.kept.text("compute_type");
    String now = options.model() + " " + options.typeName();
    if (!kept.equals(now)) {
      throw new IllegalArgumentException(file + " is of " + kept + ", this is " + now);
    }
    return check;
  }

  /** What is worse than it was, a line each. */
  List<String> compare(LimitReport.Results results) {
    compare("guided", results.single());
    compare("unguided", results.unguided());
    double before = kept.node("java").number("outside_operators_share");
    double outside = results.javaShare().share();
    if (outside > before + MORE_OUTSIDE) {
      worse.add("outside operators: %.3f, kept %.3f".formatted(outside, before));
    }
    return worse;
  }

  private void compare(String kind, Measurement now) {
    for (ResultNode before : kept.node(kind).nodes("phases")) {
      for (Phase phase : List.of(now.loop(), now.decode(), now.total())) {
        double fraction = before.number("fraction_at_pace");
        if (phase.name().equals(before.text("name")) && phase.paced() < LEAST * fraction) {
          worse.add(
              "%s %s: %.3f of the limit at pace, kept %.3f"
                  .formatted(kind, phase.name(), phase.paced(), fraction));
        }
      }
    }
  }
}
