package io.nextscale.var.inference;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.transformer.Modulations;
import io.nextscale.var.transformer.VarTransformer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Keeps the modulations of the classes that a model has lately seen: computing them reads a third
 * of the weights of a small scale (docs/experiments/0042-modulations-kept.md). Its memory is
 * bounded, allocated once, and used again for other classes.
 *
 * <p>Classes are computed two at a time, whatever else is kept or requested: a product of other
 * size may round otherwise, and an image must not depend on those before it. Safe for use by
 * several threads.
 */
final class ModulationCache {
  private static final long LARGEST_BYTES = 16 << 20;
  private static final int TOGETHER = 2;

  private final Map<Long, Integer> slots = new LinkedHashMap<>(16, 0.75f, true); // oldest first
  private final Deque<Integer> free = new ArrayDeque<>();
  private final Tensor kept; // (capacity, P, C)
  private final int branches;

  /**
   * Makes an empty cache.
   *
   * @param device device of the model
   * @param owner owns the memory; closed after the last use
   */
  ModulationCache(TransformerConfig config, Device device, TensorScope owner) {
    int capacity = capacity(config);
    branches = config.branches();
    try (TensorScope.Entry entry = owner.enter()) {
      kept =
          Tensor.empty(DType.FLOAT32, device, capacity, Modulations.parts(config), config.width());
    }
    for (int i = 0; i < capacity; i++) {
      free.add(i);
    }
  }

  /** Returns the size in bytes of a model's full cache. */
  static long bytes(TransformerConfig config) {
    return capacity(config) * bytesOfClass(config);
  }

  private static int capacity(TransformerConfig config) {
    int classes = config.classes() + 1; // with "no class"
    return Math.clamp(LARGEST_BYTES / bytesOfClass(config), Math.min(TOGETHER, classes), classes);
  }

  private static long bytesOfClass(TransformerConfig config) {
    return (long) Modulations.parts(config) * config.width() * Float.BYTES;
  }

  /**
   * Returns the modulations of a run, in the innermost scope.
   *
   * @param transformer the model of this cache
   * @param classes one class per row
   * @throws IllegalArgumentException if a class does not exist
   */
  synchronized Modulations of(VarTransformer transformer, long[] classes) {
    Tensor rows;
    try (TensorScope scope = TensorScope.open()) {
      rows = Tensor.empty(DType.FLOAT32, kept.device(), classes.length, kept.size(1), kept.size(2));
      List<Long> missing = new ArrayList<>();
      for (long label : Arrays.stream(classes).distinct().toArray()) {
        Integer slot = slots.get(label);
        if (slot == null) {
          missing.add(label);
        } else {
          copy(kept.select(0, slot), label, rows, classes);
        }
      }
      for (int i = 0; i < missing.size(); i += TOGETHER) {
        int first = i;
        int last = Math.min(i + TOGETHER, missing.size()) - 1;
        long[] pair =
            LongStream.range(0, TOGETHER)
                .map(n -> missing.get(Math.min(first + (int) n, last)))
                .toArray();
        try (TensorScope inner = TensorScope.open()) {
          Tensor computed = transformer.modulate(pair).joined();
          for (int n = first; n <= last; n++) {
            Tensor one = computed.select(0, n - first);
            copy(one, missing.get(n), rows, classes);
            keep(one, missing.get(n));
          }
        }
      }
      scope.keep(rows);
    }
    return new Modulations(rows, branches);
  }

  /** Copies the vectors of a class to all rows of the class. */
  private static void copy(Tensor vectors, long label, Tensor rows, long[] classes) {
    for (int i = 0; i < classes.length; i++) {
      if (classes[i] == label) {
        rows.select(0, i).copyFrom(vectors);
      }
    }
  }

  /** Keeps the vectors of a class, if need be in the place of the class unused for longest. */
  private void keep(Tensor vectors, long label) {
    if (free.isEmpty()) {
      Iterator<Integer> oldest = slots.values().iterator();
      free.add(oldest.next());
      oldest.remove();
    }
    kept.select(0, free.getFirst()).copyFrom(vectors);
    slots.put(label, free.removeFirst());
  }
}
