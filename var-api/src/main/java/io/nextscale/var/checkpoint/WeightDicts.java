package io.nextscale.var.checkpoint;

import io.nextscale.var.check.Shown;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The dicts of tensors in a pickled value, of which one holds the weights that are wanted. */
final class WeightDicts {
  /** Keys that trainers use, in the order of preference. */
  static final List<String> USUAL =
      List.of(
          "trainer.var_wo_ddp",
          "model",
          "module",
          "state_dict",
          "model_state_dict",
          "ema",
          "model_ema",
          "state_dict_ema",
          "trainer.vae_local");

  private static final String FLAT = "flat";

  private final FileBytes file;
  private final HeapBudget heap;
  private final Map<?, ?> top;

  WeightDicts(FileBytes file, Object value, HeapBudget heap) {
    this.file = file;
    this.heap = heap;
    if (!(value instanceof Map<?, ?> map)) {
      throw file.malformed(
          null,
          "a dict of tensors",
          PickleStack.describe(value)
              + (value instanceof PickleOpaque ? "; save its state_dict() instead" : ""));
    }
    top = map;
  }

  /** Reads the chosen weights; everything else is named only. */
  CheckpointContents choose(WeightChoice choice) {
    Map<String, Map<?, ?>> candidates = candidates(choice.key());
    WeightNames chosen = null;
    Map<?, ?> from = top;
    for (Map.Entry<String, Map<?, ?>> candidate : candidates.entrySet()) {
      for (WeightNames names :
          WeightNames.of(
              file, candidate.getKey(), tensors(candidate.getKey(), candidate.getValue()), heap)) {
        boolean wanted = choice.tensor() != null && names.tensors().containsKey(choice.tensor());
        if (chosen == null || wanted) {
          chosen = names;
          from = candidate.getValue();
        }
        if (wanted || choice.tensor() == null) {
          return contents(chosen, from);
        }
      }
    }
    if (chosen == null) {
      throw new AssertionError("no candidate");
    }
    return contents(chosen, from);
  }

  private CheckpointContents contents(WeightNames chosen, Map<?, ?> from) {
    List<String> others = new ArrayList<>();
    describe(from, from, others);
    if (from != top) {
      describe(top, from, others);
    }
    return new CheckpointContents(
        "pth " + chosen.layout(), chosen.tensors(), new LinkedHashMap<>(), others);
  }

  /** Describes what is no tensor of the chosen weights, nor a dict around them. */
  private static void describe(Map<?, ?> dict, Map<?, ?> chosen, List<String> others) {
    dict.forEach(
        (key, value) -> {
          boolean around =
              value == chosen
                  || (value instanceof Map<?, ?> map
                      && map.values().stream().anyMatch(inner -> inner == chosen));
          if (!around && (dict != chosen || !(value instanceof StoredTensor))) {
            others.add(Shown.name(String.valueOf(key)) + ": " + PickleStack.describe(value));
          }
        });
  }

  private Map<String, Map<?, ?>> candidates(@Nullable String key) {
    Map<String, Map<?, ?>> found = new LinkedHashMap<>();
    if (key != null) {
      Map<?, ?> dict = key.equals(FLAT) ? top : at(key);
      if (dict == null || !hasTensors(dict)) {
        throw file.malformed(
            null,
            "a dict of tensors under the key " + Shown.name(key),
            "tensors under " + Shown.list(keysWithTensors()));
      }
      found.put(key, dict);
      return found;
    }
    for (String usual : USUAL) {
      Map<?, ?> dict = at(usual);
      if (dict != null && hasTensors(dict)) {
        found.put(usual, dict);
      }
    }
    if (hasTensors(top) || top.isEmpty()) {
      found.put(FLAT, top);
    }
    if (found.isEmpty()) {
      List<String> other = keysWithTensors();
      throw file.malformed(
          null,
          "a dict of tensors, or one under a usual key: " + String.join(", ", USUAL),
          other.isEmpty()
              ? "no tensors under the keys [%s]".formatted(Shown.list(top.keySet()))
              : "tensors under %s; choose them by that key".formatted(Shown.list(other)));
    }
    return found;
  }

  /** The dict under a key, or under keys joined by dots. */
  private @Nullable Map<?, ?> at(String path) {
    if (top.get(path) instanceof Map<?, ?> dict) {
      return dict;
    }
    Object value = top;
    for (String key : path.split("\\.")) {
      value = value instanceof Map<?, ?> map ? map.get(key) : null;
    }
    return value instanceof Map<?, ?> dict ? dict : null;
  }

  private List<String> keysWithTensors() {
    List<String> keys = new ArrayList<>();
    if (hasTensors(top)) {
      keys.add(FLAT);
    }
    top.forEach(
        (key, value) -> {
          if (value instanceof Map<?, ?> dict) {
            if (hasTensors(dict)) {
              keys.add(String.valueOf(key));
            }
            dict.forEach(
                (inner, part) -> {
                  if (part instanceof Map<?, ?> map && hasTensors(map)) {
                    keys.add(key + "." + inner);
                  }
                });
          }
        });
    return keys;
  }

  private static boolean hasTensors(Map<?, ?> dict) {
    return dict.values().stream().anyMatch(StoredTensor.class::isInstance);
  }

  private Map<String, StoredTensor> tensors(String layout, Map<?, ?> dict) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    dict.forEach(
        (key, value) -> {
          if (value instanceof StoredTensor tensor) {
            if (!(key instanceof String name)) {
              throw file.malformed(layout, "names as keys", PickleStack.describe(key));
            }
            heap.chargeTensor(tensor.rank());
            tensors.put(name, tensor.withName(name));
          } else if (value instanceof PickleOpaque unknown && unknown.mayHoldWeights()) {
            throw file.malformed(
                String.valueOf(key), "a dense tensor", PickleStack.describe(unknown));
          }
        });
    return tensors;
  }
}
