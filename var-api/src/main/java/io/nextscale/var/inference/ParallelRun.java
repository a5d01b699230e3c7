package io.nextscale.var.inference;

import io.nextscale.torch.DType;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.torch.cpu.Parallel;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A run that decides at each scale how many chunks its rows form. Chunks run in parallel
 * (docs/experiments/0013-rows-in-parallel.md), except where a scale is small: one product for all
 * rows then reads the weights once (docs/experiments/0023-small-scales-as-one-product.md).
 */
final class ParallelRun implements SharedCachePredictor.SharedCacheRun {
  // up to this many positions of all rows, a product waits for the weights
  private static final int FEW_POSITIONS = 64;
  // from this many positions of a row, further rows make a product no more efficient
  private static final int ENOUGH_POSITIONS = 100;

  private final CachedRun all;
  private final Map<Integer, List<CachedRows>> chunks = new HashMap<>();

  ParallelRun(CachedRun all) {
    this.all = all;
  }

  @Override
  public Tensor hiddenAt(long start, List<Scale> grids, Tensor input) {
    int rows = all.allRows().count();
    if (rows == 1 || rows * input.size(1) <= FEW_POSITIONS) {
      return all.hiddenAt(start, grids, input);
    }
    int count = input.size(1) >= ENOUGH_POSITIONS ? rows : Math.min(rows, CpuThreads.count());
    List<CachedRows> parts = chunks.computeIfAbsent(count, this::split);
    List<Tensor> inputs = split(input, parts);
    Tensor joined = Tensor.empty(DType.FLOAT32, input.device(), input.shape());
    List<Tensor> outputs = split(joined, parts);
    Parallel.forEach(
        count, i -> outputs.get(i).copyFrom(parts.get(i).hiddenAt(start, grids, inputs.get(i))));
    return joined;
  }

  /** Splits all rows into chunks as even as possible. */
  private List<CachedRows> split(int count) {
    List<CachedRows> parts = new ArrayList<>();
    int rows = all.allRows().count();
    for (int i = 0; i < count; i++) {
      int first = i * rows / count;
      parts.add(all.chunk(first, (i + 1) * rows / count - first));
    }
    return parts;
  }

  /** Splits a batch into the rows of each chunk, as views. */
  private static List<Tensor> split(Tensor batch, List<CachedRows> parts) {
    List<Tensor> split = new ArrayList<>();
    long first = 0;
    for (CachedRows part : parts) {
      split.add(batch.narrow(0, first, part.count()));
      first += part.count();
    }
    return split;
  }

  @Override
  public CachedRows allRows() {
    return all.allRows();
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
    Scales scales = all.allRows().setup().scales();
    return hiddenAt(scales.start(k), List.of(scales.get(k)), input);
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
