package io.nextscale.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares results with kept results: the fraction of each phase's limit that is reached at {@link
 * MachinePace}, and the share outside the operators. Both are ratios of figures of one process, so
 * the kept results may come from another machine, of the same kind ({@link RunConditions}). Times
 * are not compared.
 */
final class LimitCheck {
  /** Allowed ratio of a fraction to the kept one; repeated runs differ by less. */
  private static final double LEAST_RATIO = 0.88;

  /** Allowed increase of the share outside the operators. */
  private static final double MOST_INCREASE = 0.02;

  private final ResultNode kept;
  private final List<String> worse = new ArrayList<>();
  private final List<String> differences = new ArrayList<>();

  private LimitCheck(ResultNode kept) {
    this.kept = kept;
  }

  /**
   * Reads kept results.
   *
   * @param options the model and element type that will be measured
   * @param conditions those of this process
   * @throws IOException if the file is not readable
   * @throws IllegalArgumentException if they are of another model or element type, or of a machine
   *     of another kind and {@code options} does not compare nonetheless
   */
  static LimitCheck against(Path file, LimitOptions options, RunConditions conditions)
      throws IOException {
    LimitCheck check = new LimitCheck(ResultFile.read(file));
    String kept = check.kept.text("model") + " " + check.kept.text("compute_type");
    String now = options.model() + " " + options.typeName();
    if (!kept.equals(now)) {
      throw new IllegalArgumentException(
          "%s has results of %s, this run is of %s".formatted(file, kept, now));
    }
    RunConditions before = RunConditions.of(check.kept);
    List<String> kinds = conditions.differentKind(before);
    if (!kinds.isEmpty() && !options.anyway()) {
      throw new IllegalArgumentException(file + ": " + RunConditions.refusal(kinds));
    }
    check.differences.addAll(kinds);
    check.differences.addAll(conditions.differentOthers(before));
    return check;
  }

  /** Lists the differences between this run and the kept one, a line each. */
  List<String> differences() {
    return List.copyOf(differences);
  }

  /** Compares all phases; returns a line for each figure that is worse. */
  List<String> compare(LimitReport.Results results) {
    compare("guided", results.single());
    compare("unguided", results.unguided());
    double before = kept.node("java").number("outside_operators_share");
    double outside = results.javaShare().share();
    if (outside > before + MOST_INCREASE) {
      worse.add("outside operators: %.3f, kept %.3f".formatted(outside, before));
    }
    return worse;
  }

  private void compare(String kind, Measurement now) {
    for (ResultNode before : kept.node(kind).nodes("phases")) {
      for (Phase phase : List.of(now.loop(), now.decode(), now.total())) {
        double fraction = before.number("fraction_at_pace");
        if (phase.name().equals(before.text("name")) && phase.paced() < LEAST_RATIO * fraction) {
          worse.add(
              "%s %s: %.3f of the limit at pace, kept %.3f"
                  .formatted(kind, phase.name(), phase.paced(), fraction));
        }
      }
    }
  }
}
