package io.nextscale.var.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.model.OfficialModels;
import io.nextscale.var.transformer.AttentionContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KvCacheTest {
  private static final TransformerConfig CONFIG = OfficialModels.preset("var-d16").transformer();

  /**
   * Blocks do not overlap, however many share a tensor: all sixteen; six, and the remaining four;
   * or one, whose cache exceeds the size of a shared tensor.
   */
  @ParameterizedTest
  @ValueSource(ints = {8, 2_000, 13_000})
  void blocksDoNotOverlap(int tokens) {
    try (TensorScope scope = TensorScope.open()) {
      KvCache cache = new KvCache(CONFIG, 1, tokens, DType.BFLOAT16, Device.CPU);
      long last = tokens - 1L;
      for (int block = 0; block < CONFIG.depth(); block++) {
        fill(keys(cache, block, last, 1), 2 * block);
        fill(values(cache, block, last, 1), 2 * block + 1);
        fill(keys(cache, block, 0, 1), 100 + 2 * block);
        fill(values(cache, block, 0, 1), 101 + 2 * block);
      }
      for (int block = 0; block < CONFIG.depth(); block++) {
        assertThat(keys(cache, block, 0, tokens).shape()).containsExactly(1, 16, tokens, 64);
        assertThat(elements(keys(cache, block, last, 1))).containsOnly(2f * block);
        assertThat(elements(values(cache, block, last, 1))).containsOnly(2f * block + 1);
        assertThat(elements(keys(cache, block, 0, 1))).containsOnly(100 + 2f * block);
        assertThat(elements(values(cache, block, 0, 1))).containsOnly(101 + 2f * block);
      }
    }
  }

  /** Rows of a batch see the same memory. */
  @Test
  void rowsAreViews() {
    try (TensorScope scope = TensorScope.open()) {
      KvCache cache = new KvCache(CONFIG, 3, 5, DType.FLOAT32, Device.CPU);
      fill(values(cache, 15, 2, 1), 1);
      fill(values(cache.rows(1, 1), 15, 2, 1), 7);
      Tensor all = values(cache, 15, 2, 1);
      assertThat(elements(all.narrow(0, 0, 1))).containsOnly(1);
      assertThat(elements(all.narrow(0, 1, 1))).containsOnly(7);
      assertThat(elements(all.narrow(0, 2, 1))).containsOnly(1);
    }
  }

  /** A pass sees the positions before it and its own, which are added behind them. */
  @Test
  void aContextAddsItsPositions() {
    try (TensorScope scope = TensorScope.open()) {
      KvCache cache = new KvCache(CONFIG, 2, 5, DType.BFLOAT16, Device.CPU);
      fill(cache.at(3, 0, 5), 1);
      AttentionContext.KeyValue own =
          new AttentionContext.KeyValue(
              Tensor.full(8, DType.FLOAT32, Device.CPU, 2, 16, 2, 64),
              Tensor.full(9, DType.FLOAT32, Device.CPU, 2, 16, 2, 64));
      AttentionContext.KeyValue seen = cache.from(1).extend(3, own);
      assertThat(seen.key().shape()).containsExactly(2, 16, 3, 64);
      assertThat(elements(seen.key().narrow(2, 0, 1))).containsOnly(1);
      assertThat(elements(seen.key().narrow(2, 1, 2))).containsOnly(8);
      assertThat(elements(seen.value().narrow(2, 1, 2))).containsOnly(9);
      assertThat(elements(cache.at(3, 3, 2))).as("positions behind").containsOnly(1);
    }
  }

  /** Positions of another type are converted; others stay. */
  @Test
  void positionsAreCopiedFromAnotherType() {
    try (TensorScope scope = TensorScope.open()) {
      KvCache float32 = new KvCache(CONFIG, 1, 3, DType.FLOAT32, Device.CPU);
      KvCache cache = new KvCache(CONFIG, 1, 5, DType.BFLOAT16, Device.CPU);
      for (int block = 0; block < CONFIG.depth(); block++) {
        fill(float32.at(block, 0, 3), 1 + block);
        fill(cache.at(block, 0, 5), 0);
      }
      cache.copyFrom(float32, 1, 2);
      for (int block = 0; block < CONFIG.depth(); block++) {
        assertThat(elements(cache.at(block, 0, 1))).containsOnly(0);
        assertThat(elements(cache.at(block, 1, 2))).containsOnly(1 + block);
        assertThat(elements(cache.at(block, 3, 2))).containsOnly(0);
      }
    }
  }

  private static Tensor keys(KvCache cache, int block, long start, long length) {
    return cache.at(block, start, length).select(0, 0);
  }

  private static Tensor values(KvCache cache, int block, long start, long length) {
    return cache.at(block, start, length).select(0, 1);
  }

  private static void fill(Tensor target, double value) {
    target.copyFrom(Tensor.full(value, DType.FLOAT32, Device.CPU, 1));
  }

  private static float[] elements(Tensor tensor) {
    return tensor.to(DType.FLOAT32).contiguous().toFloats();
  }
}
