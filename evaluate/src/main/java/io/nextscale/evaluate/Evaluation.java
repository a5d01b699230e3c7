package io.nextscale.evaluate;

import io.nextscale.evaluate.metric.KernelDistance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The figures of a set of samples.
 *
 * @param protocol the evaluator whose figures they are
 * @param samples number of samples
 * @param references number of reference images, if the reference has images
 * @param fid Fréchet distance of the pooled features, at least 0; depends on the number of samples:
 *     tables use 50,000
 * @param sfid Fréchet distance of the spatial features (openai, if the reference has them)
 * @param inceptionScore mean over splits of 5,000 samples in the order of the files (openai)
 * @param inceptionScoreOfAll the same without splits (openai)
 * @param precision share of the samples that the reference covers (openai, if it has images)
 * @param recall share of the reference images that the samples cover, likewise
 * @param kernelDistance kernel distance (KID) of the pooled features, if the options ask for it
 */
public record Evaluation(
    EvaluationProtocol protocol,
    int samples,
    OptionalInt references,
    double fid,
    OptionalDouble sfid,
    OptionalDouble inceptionScore,
    OptionalDouble inceptionScoreOfAll,
    OptionalDouble precision,
    OptionalDouble recall,
    Optional<KernelDistance> kernelDistance) {
  private static final int TABLE_SAMPLES = 50_000;
  private static final double SORTED = 1.5;

  /** Checks that no component is null. */
  public Evaluation {
    Objects.requireNonNull(protocol, "protocol");
    Objects.requireNonNull(references, "references");
    Objects.requireNonNull(sfid, "sfid");
    Objects.requireNonNull(inceptionScore, "inceptionScore");
    Objects.requireNonNull(inceptionScoreOfAll, "inceptionScoreOfAll");
    Objects.requireNonNull(precision, "precision");
    Objects.requireNonNull(recall, "recall");
    Objects.requireNonNull(kernelDistance, "kernelDistance");
  }

  /** Reasons why the figures may mislead, each a sentence; empty for a run as in the papers. */
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (samples < TABLE_SAMPLES) {
      warnings.add(
          "%s samples: tables use 50,000; FID and sFID of fewer samples are biased upwards"
              .formatted(samples));
    }
    if (inceptionScore.isPresent()
        && inceptionScoreOfAll.orElse(0) > SORTED * inceptionScore.getAsDouble()) {
      warnings.add(
          "the samples seem to be sorted by class: the Inception Score of splits in the order of the files is far below that of all samples; image i should have class i modulo the number of classes");
    }
    return warnings;
  }

  /** The figures by name, for JSON; figures that were not computed are left out. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("protocol", protocol.toString());
    map.put("samples", (long) samples);
    references.ifPresent(n -> map.put("references", (long) n));
    map.put("fid", fid);
    put(map, "sfid", sfid);
    put(map, "inception_score", inceptionScore);
    put(map, "inception_score_of_all", inceptionScoreOfAll);
    put(map, "precision", precision);
    put(map, "recall", recall);
    kernelDistance.ifPresent(
        kid -> {
          map.put("kid", kid.mean());
          map.put("kid_deviation", kid.deviation());
        });
    map.put("warnings", warnings());
    return map;
  }

  private static void put(Map<String, Object> map, String name, OptionalDouble value) {
    value.ifPresent(number -> map.put(name, number));
  }
}
