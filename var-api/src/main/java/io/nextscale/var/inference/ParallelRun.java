package io.nextscale.var.inference;

import io.nextscale.torch.DType;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.torch.cpu.Parallel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A run whose rows are computed side by side. */
final class ParallelRun implements CachingPredictor.CachingRun {
  // products of this few positions, of all rows, wait for the weights: one product reads them once
  private static final int FEW_POSITIONS = 64;
  // from this many positions of a row on, a product gains nothing from further rows
  private static final int ENOUGH_POSITIONS = 100;

  private final CachedRun all;
  private final Map<Integer, List<CachedRun>> chunks = new HashMap<>();

  ParallelRun(CachedRun all) {
    this.all = all;
  }

  @Override
  public Tensor hiddenAt(long start, Tensor input) {
    if (all.count() == 1 || all.count() * input.size(1) <= FEW_POSITIONS) {
      return all.hiddenAt(start, input);
    }
    int number =
        input.size(1) >= ENOUGH_POSITIONS ? all.count() : Math.min(all.count(), CpuThreads.count());
    List<CachedRun> parts = chunks.computeIfAbsent(number, this::split);
    List<Tensor> inputs = split(input, parts);
    Tensor joined = Tensor.empty(DType.FLOAT32, input.device(), input.shape());
    List<Tensor> outputs = split(joined, parts);
    Parallel.forEach(
        number, i -> outputs.get(i).copyFrom(parts.get(i).hiddenAt(start, inputs.get(i))));
    return joined;
  }

  /** All rows in chunks as even as can be. */
  private List<CachedRun> split(int number) {
    List<CachedRun> parts = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      int first = i * all.count() / number;
      parts.add(all.slice(first, (i + 1) * all.count() / number - first));
    }
    return parts;
  }

  /** The part of a batch for each chunk. */
  private static List<Tensor> split(Tensor batch, List<CachedRun> parts) {
    List<Tensor> split = new ArrayList<>();
    long first = 0;
    for (CachedRun part : parts) {
      split.add(batch.narrow(0, first, part.count()));
      first += part.count();
    }
    return split;
  }

  @Override
  public CachedRun rows() {
    return all;
  }

  @Override
  public Tensor start() {
    return all.start();
  }

  @Override
  public Tensor embed(int k, Tensor codes) {
    return all.embed(k, codes);
  }

  @Override
  public Tensor hidden(int k, Tensor input) {
    return hiddenAt(all.plan().scales().start(k), input);
  }

  @Override
  public Tensor logits(Tensor hidden) {
    return all.logits(hidden);
  }

  @Override
  public void close() {
    all.close();
  }
}
