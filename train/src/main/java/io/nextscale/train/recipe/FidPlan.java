package io.nextscale.train.recipe;

import io.nextscale.evaluate.EvaluationOptions;
import io.nextscale.evaluate.ImageEvaluator;
import io.nextscale.var.check.Check;
import io.nextscale.var.model.ConfigObject;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The Fréchet distance (FID) of generated images from held-out ones, as a figure of each evaluation
 * of a transformer.
 *
 * @param samples images that are generated for it, 2 to 50,000
 * @param inception weights of the Inception network, {@code pt_inception-2015-12-05-6726825d.pth}
 * @param anyInception whether other weights are allowed, whose distances compare with no others
 */
public record FidPlan(int samples, Path inception, boolean anyInception) {
  private static final int MOST = 50_000;
  private static final String SAMPLES = "samples";
  private static final String INCEPTION = "inception";
  private static final String ANY = "any_inception";

  /** Checks the number. */
  public FidPlan {
    Objects.requireNonNull(inception, "inception");
    requireSamples(samples);
  }

  static void requireSamples(int samples) {
    Check.range("fid_samples", samples, 2, MOST);
  }

  /** Reads what {@link #values} gave. */
  static FidPlan read(ConfigObject json) {
    return new FidPlan(
        json.integer(SAMPLES),
        PlanFile.path(json, INCEPTION)
            .orElseThrow(
                () -> new IllegalArgumentException("inception is missing: expected a file")),
        json.flag(ANY, false));
  }

  /** The values by key. */
  Map<String, Object> values() {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put(SAMPLES, (long) samples);
    values.put(INCEPTION, inception.toString());
    values.put(ANY, anyInception);
    return values;
  }

  /**
   * Loads the network, which the caller closes.
   *
   * @throws io.nextscale.evaluate.error.EvaluationException if the file is missing, damaged or
   *     another
   */
  public ImageEvaluator load() {
    EvaluationOptions options = EvaluationOptions.DEFAULTS;
    return ImageEvaluator.load(inception, anyInception ? options.withAnyWeights() : options);
  }
}
