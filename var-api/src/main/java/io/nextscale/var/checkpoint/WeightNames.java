package io.nextscale.var.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings the names of a set of weights to those of the model's code, whatever wrapped the model
 * when it was saved.
 *
 * <p>Taken off wherever they stand are the names that DataParallel, torch.compile, activation
 * checkpointing and FSDP put into those of the weights. Taken off at the start are {@code model.},
 * {@code var.} and {@code vae.}, as a LightningModule names its parts, and AiM's {@code vqvae.} and
 * {@code mamba.}; if only some weights have such a start, these are a set of their own.
 *
 * @param layout where the weights were, and what was taken off, see {@link Checkpoint#layout}
 * @param tensors the tensors by name
 */
record WeightNames(String layout, Map<String, StoredTensor> tensors) {
  private static final Set<String> WRAPPERS =
      Set.of("module", "_orig_mod", "_checkpoint_wrapped_module", "_fsdp_wrapped_module");
  private static final List<String> PARTS = List.of("model.", "var.", "vae.", "vqvae.", "mamba.");
  private static final int MOST_PARTS = 3;

  /** Returns the sets of weights: all of them, then those of single parts. */
  static List<WeightNames> of(
      FileBytes file, String layout, Map<String, StoredTensor> tensors, HeapBudget heap) {
    WeightNames whole = new WeightNames(layout, tensors).withoutWrappers(file, heap);
    for (int i = 0; i < MOST_PARTS; i++) {
      String common = whole.commonPart();
      if (common == null) {
        break;
      }
      whole = whole.part(common, " without " + common, heap);
    }
    List<WeightNames> sets = new ArrayList<>(List.of(whole));
    for (String part : PARTS) {
      WeightNames only = whole.part(part, " of " + part, heap);
      if (!only.tensors.isEmpty()) {
        sets.add(only);
      }
    }
    return sets;
  }

  private WeightNames withoutWrappers(FileBytes file, HeapBudget heap) {
    Set<String> removed = new LinkedHashSet<>();
    Map<String, StoredTensor> renamed = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          String inner = unwrapped(name, removed);
          if (renamed.put(inner, renamed(tensor, inner, heap)) != null) {
            throw file.malformed(inner, "one tensor of this name", "two, without " + removed);
          }
        });
    return removed.isEmpty()
        ? this
        : new WeightNames(layout + " without " + String.join(", ", removed), renamed);
  }

  private static String unwrapped(String name, Set<String> removed) {
    StringBuilder kept = new StringBuilder();
    Set<String> found = new LinkedHashSet<>();
    for (String segment : name.split("\\.", -1)) {
      if (WRAPPERS.contains(segment)) {
        found.add(segment + ".");
      } else {
        kept.append(kept.isEmpty() ? "" : ".").append(segment);
      }
    }
    if (found.isEmpty() || kept.isEmpty()) {
      return name;
    }
    removed.addAll(found);
    return kept.toString();
  }

  private @Nullable String commonPart() {
    for (String part : PARTS) {
      if (!tensors.isEmpty()
          && tensors.keySet().stream()
              .allMatch(name -> name.startsWith(part) && name.length() > part.length())) {
        return part;
      }
    }
    return null;
  }

  private WeightNames part(String start, String label, HeapBudget heap) {
    Map<String, StoredTensor> found = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (name.startsWith(start) && name.length() > start.length()) {
            String inner = name.substring(start.length());
            found.put(inner, renamed(tensor, inner, heap));
          }
        });
    return new WeightNames(layout + label, found);
  }

  private static StoredTensor renamed(StoredTensor tensor, String name, HeapBudget heap) {
    if (tensor.name().equals(name)) {
      return tensor;
    }
    heap.charge(2L * name.length());
    heap.chargeTensor(tensor.rank());
    return tensor.withName(name);
  }
}
