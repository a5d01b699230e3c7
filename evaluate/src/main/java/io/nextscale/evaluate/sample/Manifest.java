package io.nextscale.evaluate.sample;

import io.nextscale.evaluate.error.EvaluationException;
import io.nextscale.var.json.Json;
import io.nextscale.var.json.JsonException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The manifest of a set: parameters of all images, as JSON. */
public final class Manifest {
  private Manifest() {}

  /**
   * Checks that a manifest has the same parameters.
   *
   * @param file that was read, for the message
   * @param json its content
   * @param wanted parameters of this run: texts and numbers
   * @throws EvaluationException naming the parameters that differ
   */
  public static void requireSame(String file, byte[] json, Map<String, Object> wanted) {
    Map<?, ?> found;
    try {
      found = Json.parse(json) instanceof Map<?, ?> map ? map : Map.of();
    } catch (JsonException e) {
      throw new EvaluationException(
          "%s: no manifest of a set of samples: %s".formatted(file, e.getMessage()));
    }
    Map<?, ?> same = (Map<?, ?>) Objects.requireNonNull(Json.parse(Json.write(wanted)));
    List<String> differences = new ArrayList<>();
    same.forEach(
        (key, value) -> {
          Object other = found.get(key);
          if (!Objects.equals(value, other)) {
            differences.add("%s is %s, not %s".formatted(key, other, value));
          }
        });
    if (!differences.isEmpty() || found.size() != same.size()) {
      throw new EvaluationException(
          "%s: the folder holds images of other parameters (%s): name another folder, or the same parameters"
              .formatted(file, String.join("; ", differences)));
    }
  }
}
