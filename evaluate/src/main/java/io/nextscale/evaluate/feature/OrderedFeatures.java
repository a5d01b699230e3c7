package io.nextscale.evaluate.feature;

import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntConsumer;

/** Writes features in the order of the set that several threads compute in any order. */
final class OrderedFeatures {
  private final FeatureFile target;
  private final IntConsumer progress;
  private final SortedMap<Integer, List<ImageFeatures>> waiting = new TreeMap<>();

  /**
   * Writes from the next row of a file on.
   *
   * @param progress is told the number of rows after each batch
   */
  OrderedFeatures(FeatureFile target, IntConsumer progress) {
    this.target = target;
    this.progress = progress;
  }

  /** Adds a batch; writes it as soon as all before it are there. */
  synchronized void add(int first, List<ImageFeatures> batch) {
    waiting.put(first, batch);
    while (!waiting.isEmpty() && waiting.firstKey() == target.rows()) {
      target.append(Objects.requireNonNull(waiting.remove(target.rows())));
      progress.accept(target.rows());
    }
  }
}
