package io.nextscale.var.checkpoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of a pickled value, taken out of the dicts around them.
 *
 * @param layout keys of the dicts, and removed prefixes, as in {@link Checkpoint#layout}
 */
record StateDict(String layout, Map<String, StoredTensor> tensors) {
  private static final List<String> PREFIXES = List.of("module.", "_orig_mod.");
  private static final int SHOWN_KEYS = 20;

  /** Finds the tensors by the layouts that {@link Checkpoint} lists. */
  static StateDict find(FileBytes file, Object value, HeapBudget heap) {
    if (!(value instanceof Map<?, ?> top)) {
      throw file.malformed(null, "a dict of tensors", PickleStack.describe(value));
    }
    if (top.get("trainer") instanceof Map<?, ?> trainer
        && trainer.get("var_wo_ddp") instanceof Map<?, ?> weights) {
      return of(file, "trainer.var_wo_ddp", weights, heap);
    }
    if (top.get("model") instanceof Map<?, ?> weights) {
      return of(file, "model", weights, heap);
    }
    if (top.get("state_dict") instanceof Map<?, ?> weights) {
      return of(file, "state_dict", weights, heap);
    }
    if (!top.isEmpty() && top.values().stream().noneMatch(StoredTensor.class::isInstance)) {
      throw file.malformed(
          null,
          "a dict of tensors, or one with the key trainer.var_wo_ddp, model or state_dict",
          "the keys " + keys(top));
    }
    return of(file, "flat", top, heap);
  }

  private static StateDict of(FileBytes file, String layout, Map<?, ?> weights, HeapBudget heap) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    weights.forEach(
        (key, value) -> {
          if (!(key instanceof String name)) {
            throw file.malformed(layout, "names as keys", PickleStack.describe(key));
          }
          if (!(value instanceof StoredTensor tensor)) {
            throw file.malformed(name, "a tensor", PickleStack.describe(value));
          }
          heap.chargeTensor(tensor.rank());
          tensors.put(name, tensor.withName(name));
        });
    return new StateDict(layout, tensors).withoutPrefixes(heap);
  }

  /**
   * Removes the prefixes that DataParallel and torch.compile put before all names, in either order.
   */
  private StateDict withoutPrefixes(HeapBudget heap) {
    StateDict result = this;
    for (int i = 0; i < PREFIXES.size(); i++) {
      String prefix = result.commonPrefix();
      if (prefix != null) {
        result = result.without(prefix, heap);
      }
    }
    return result;
  }

  private StateDict without(String prefix, HeapBudget heap) {
    Map<String, StoredTensor> renamed = new LinkedHashMap<>();
    for (StoredTensor tensor : tensors.values()) {
      String name = tensor.name().substring(prefix.length());
      heap.charge(2L * name.length());
      heap.chargeTensor(tensor.rank());
      renamed.put(name, tensor.withName(name));
    }
    return new StateDict(layout + " without " + prefix, renamed);
  }

  private @Nullable String commonPrefix() {
    for (String prefix : PREFIXES) {
      if (!tensors.isEmpty()
          && tensors.keySet().stream()
              .allMatch(name -> name.startsWith(prefix) && name.length() > prefix.length())) {
        return prefix;
      }
    }
    return null;
  }

  private static String keys(Map<?, ?> map) {
    String shown =
        map.keySet().stream()
            .limit(SHOWN_KEYS)
            .map(key -> CheckpointException.shown(String.valueOf(key)))
            .collect(Collectors.joining(", ", "[", ""));
    return shown + (map.size() > SHOWN_KEYS ? ", …]" : "]");
  }
}
