package io.nextscale.var.inference;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.cpu.CpuThreads;
import io.nextscale.torch.cpu.Processor;
import io.nextscale.var.nn.Attention;
import io.nextscale.var.nn.FusedAttention;
import org.jspecify.annotations.Nullable;

/**
 * Computes bfloat16 attention of many queries by libtorch's fused kernel, where the processor has
 * matrix tiles: the kernel uses them, and keeps scores in float32
 * (docs/experiments/0054-attention-on-matrix-tiles.md).
 *
 * @param other computes where queries are few or masked
 */
record TiledAttention(Attention other) implements Attention {
  private static final FusedAttention FUSED = new FusedAttention();
  // from this many queries, and keys, the fused kernel uses tiles; below it is much slower
  private static final long MANY = 64;
  // it also wants this many queries for each thread
  private static final long OF_A_THREAD = 4;

  /** Returns an attention that is used before another one, or that one without matrix tiles. */
  static Attention before(Attention other) {
    return Processor.ofMachine().hasBfloat16Tiles() ? new TiledAttention(other) : other;
  }

  @Override
  public Tensor attend(
      Tensor query, Tensor key, Tensor value, @Nullable Tensor mask, double scale) {
    long least = Math.max(MANY, OF_A_THREAD * CpuThreads.count());
    boolean many = query.size(2) >= least && key.size(2) >= MANY && mask == null;
    return (many ? FUSED : other).attend(query, key, value, mask, scale);
  }
}
