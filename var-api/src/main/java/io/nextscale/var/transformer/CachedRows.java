package io.nextscale.var.transformer;

import io.nextscale.torch.TensorScope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The rows of a batch on their way from scale to scale: what their classes make of every block, and
 * keys and values so far. Made by {@link VarTransformer#begin}; closing frees all of it.
 */
public final class CachedRows implements AutoCloseable {
  private final TensorScope owner;
  private final int count;
  private final Modulations modulations;
  private final KvCache cache;
  private final Map<Integer, List<CachedRows>> lots = new HashMap<>();

  CachedRows(TensorScope owner, int count, Modulations modulations, KvCache cache) {
    this.owner = owner;
    this.count = count;
    this.modulations = modulations;
    this.cache = cache;
  }

  /** Everything that depends on the classes alone. */
  public Modulations modulations() {
    return modulations;
  }

  /** How many rows. */
  int count() {
    return count;
  }

  KvCache cache() {
    return cache;
  }

  /**
   * The same rows in so many lots as even as can be, each a view of this one; made once. For the
   * thread that began.
   */
  List<CachedRows> inLots(int number) {
    return lots.computeIfAbsent(number, this::split);
  }

  private List<CachedRows> split(int number) {
    List<CachedRows> parts = new ArrayList<>();
    try (TensorScope.Entry entry = owner.enter()) {
      for (int lot = 0; lot < number; lot++) {
        int first = lot * count / number;
        int size = (lot + 1) * count / number - first;
        parts.add(
            new CachedRows(owner, size, modulations.rows(first, size), cache.rows(first, size)));
      }
    }
    return parts;
  }

  @Override
  public void close() {
    owner.close();
  }
}
