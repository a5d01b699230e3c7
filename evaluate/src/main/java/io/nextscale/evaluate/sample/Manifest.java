package io.nextscale.evaluate.sample;

import io.nextscale.evaluate.error.EvaluationException;
import io.nextscale.var.json.Json;
import io.nextscale.var.json.JsonException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
    Set<Object> keys = new LinkedHashSet<>(same.keySet());
    keys.addAll(found.keySet());
    for (Object key : keys) {
      if (!Objects.equals(same.get(key), found.get(key))) {
        differences.add(
            "%s is %s, not %s".formatted(key, shown(found.get(key)), shown(same.get(key))));
      }
    }
    if (!differences.isEmpty()) {
      throw new EvaluationException(
          "%s: the folder holds images of other parameters (%s): name another folder, or the same parameters"
              .formatted(file, String.join("; ", differences)));
    }
  }

  private static String shown(@Nullable Object value) {
    return value == null ? "absent" : value.toString();
  }
}
