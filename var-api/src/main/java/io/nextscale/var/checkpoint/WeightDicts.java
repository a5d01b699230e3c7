package io.nextscale.var.checkpoint;

import io.nextscale.var.check.Shown;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The dicts of tensors in a pickled value, of which one holds the weights that are wanted. */
final class WeightDicts {
  /** Keys that trainers use, in the order of preference. */
  static final List<String> USUAL =
      List.of(
          "trainer.var_wo_ddp",
          "trainer.mvar_wo_ddp",
          "model",
          "module",
          "state_dict",
          "model_state_dict",
          "ema",
          "model_ema",
          "state_dict_ema",
          "trainer.vae_local");

  private static final String FLAT = "flat";
  private static final int MOST_OTHERS = 50;

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
        boolean wanted = choice.accepts(names.tensors().keySet());
        if (chosen == null || wanted) {
          chosen = names;
          from = candidate.getValue();
        }
        if (wanted || choice.tensors().isEmpty()) {
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
    String key = chosen.layout().split(" ", 2)[0];
    describe(from, key, others);
    if (from != top) {
      describe(top, key, others);
    }
    return new CheckpointContents(
        "pth " + chosen.layout(), chosen.tensors(), new LinkedHashMap<>(), others);
  }

  /** Describes what is no tensor, nor a dict around the chosen weights; the first entries only. */
  private static void describe(Map<?, ?> dict, String chosen, List<String> others) {
    for (Map.Entry<?, ?> entry : dict.entrySet()) {
      String key = String.valueOf(entry.getKey());
      boolean around = entry.getValue() instanceof Map && (chosen + ".").startsWith(key + ".");
      if (others.size() < MOST_OTHERS && !around && !(entry.getValue() instanceof StoredTensor)) {
        others.add(Shown.name(key) + ": " + PickleStack.describe(entry.getValue()));
      }
    }
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

  /** The keys that may be chosen. Each dict is looked at once, however often it is named. */
  private List<String> keysWithTensors() {
    List<String> keys = new ArrayList<>();
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    seen.add(top);
    if (hasTensors(top)) {
      keys.add(FLAT);
    }
    addKeys(top, "", seen, keys);
    Set<Object> opened = Collections.newSetFromMap(new IdentityHashMap<>());
    top.forEach(
        (key, value) -> {
          if (value instanceof Map<?, ?> dict && opened.add(dict)) {
            addKeys(dict, key + ".", seen, keys);
          }
        });
    return keys;
  }

  private static void addKeys(Map<?, ?> dict, String prefix, Set<Object> seen, List<String> keys) {
    dict.forEach(
        (key, value) -> {
          if (value instanceof Map<?, ?> inner && seen.add(inner) && hasTensors(inner)) {
            keys.add(prefix + key);
          }
        });
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
