package io.nextscale.var.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.config.Mamba2Config;
import io.nextscale.var.config.MixerConfig;
import io.nextscale.var.config.ScanOrder;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.model.OfficialModels;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.transformer.MixerState;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MixerStatesTest {
  private static final TransformerConfig CONFIG = OfficialModels.preset("var-d16").transformer();

  /**
   * Blocks do not overlap, however many share a tensor: all sixteen; six, and the remaining four;
   * or one, whose cache exceeds the size of a shared tensor.
   */
  @ParameterizedTest
  @ValueSource(ints = {8, 2_000, 13_000})
  void blocksDoNotOverlap(int tokens) {
    try (TensorScope scope = TensorScope.open()) {
      MixerStates states = new MixerStates(CONFIG, 1, tokens, DType.BFLOAT16, Device.CPU);
      long last = tokens - 1L;
      for (int block = 0; block < CONFIG.depth(); block++) {
        fill(keys(states, block, last, 1), 2 * block);
        fill(values(states, block, last, 1), 2 * block + 1);
        fill(keys(states, block, 0, 1), 100 + 2 * block);
        fill(values(states, block, 0, 1), 101 + 2 * block);
      }
      for (int block = 0; block < CONFIG.depth(); block++) {
        assertThat(keys(states, block, 0, tokens).shape()).containsExactly(1, 16, tokens, 64);
        assertThat(elements(keys(states, block, last, 1))).containsOnly(2f * block);
        assertThat(elements(values(states, block, last, 1))).containsOnly(2f * block + 1);
        assertThat(elements(keys(states, block, 0, 1))).containsOnly(100 + 2f * block);
        assertThat(elements(values(states, block, 0, 1))).containsOnly(101 + 2f * block);
      }
    }
  }

  /** Rows of a batch see the same memory. */
  @Test
  void rowsAreViews() {
    try (TensorScope scope = TensorScope.open()) {
      MixerStates states = new MixerStates(CONFIG, 3, 5, DType.FLOAT32, Device.CPU);
      fill(values(states, 15, 2, 1), 1);
      fill(values(states.rows(1, 1), 15, 2, 1), 7);
      Tensor all = values(states, 15, 2, 1);
      assertThat(elements(all.narrow(0, 0, 1))).containsOnly(1);
      assertThat(elements(all.narrow(0, 1, 1))).containsOnly(7);
      assertThat(elements(all.narrow(0, 2, 1))).containsOnly(1);
    }
  }

  /** A pass sees the positions before it and its own, which are added behind them. */
  @Test
  void aContextAddsItsPositions() {
    try (TensorScope scope = TensorScope.open()) {
      MixerStates states = new MixerStates(CONFIG, 2, 5, DType.BFLOAT16, Device.CPU);
      fill(keys(states, 3, 0, 5), 1);
      fill(values(states, 3, 0, 5), 1);
      MixerState state = states.pass(1, List.of(new Scale(1, 2))).state(3, 0);
      Tensor keys = state.extend(0, Tensor.full(8, DType.FLOAT32, Device.CPU, 2, 16, 2, 64));
      Tensor values = state.extend(1, Tensor.full(9, DType.FLOAT32, Device.CPU, 2, 16, 2, 64));
      assertThat(keys.shape()).containsExactly(2, 16, 3, 64);
      assertThat(elements(keys.narrow(2, 0, 1))).containsOnly(1);
      assertThat(elements(keys.narrow(2, 1, 2))).containsOnly(8);
      assertThat(elements(values.narrow(2, 1, 2))).containsOnly(9);
      assertThat(elements(keys(states, 3, 3, 2))).as("positions behind").containsOnly(1);
    }
  }

  /** Positions of another type are converted; others stay. */
  @Test
  void positionsAreCopiedFromAnotherType() {
    try (TensorScope scope = TensorScope.open()) {
      MixerStates float32 = new MixerStates(CONFIG, 1, 3, DType.FLOAT32, Device.CPU);
      MixerStates states = new MixerStates(CONFIG, 1, 5, DType.BFLOAT16, Device.CPU);
      for (int block = 0; block < CONFIG.depth(); block++) {
        fill(keys(float32, block, 0, 3), 1 + block);
        fill(values(float32, block, 0, 3), 1 + block);
        fill(keys(states, block, 0, 5), 0);
      }
      states.copyFrom(float32, 1, 2);
      for (int block = 0; block < CONFIG.depth(); block++) {
        assertThat(elements(keys(states, block, 0, 1))).containsOnly(0);
        assertThat(elements(keys(states, block, 1, 2))).containsOnly(1 + block);
        assertThat(elements(keys(states, block, 3, 2))).containsOnly(0);
      }
    }
  }

  /** Parts of constant size start anew at the first position, and are kept after it. */
  @Test
  void partsOfConstantSizeAreReplaced() {
    Mamba2Config layer = new Mamba2Config(32, 64, 16, 8, 4);
    TransformerConfig config =
        CONFIG.toBuilder()
            .mixers(
                List.of(
                    new MixerConfig.Attention(), new MixerConfig.Mamba2(layer, ScanOrder.RASTER)))
            .build();
    List<Scale> one = List.of(new Scale(1, 1));
    try (TensorScope scope = TensorScope.open()) {
      MixerStates states = new MixerStates(config, 2, 5, DType.BFLOAT16, Device.CPU);
      Tensor zeros = Tensor.zeros(DType.FLOAT32, Device.CPU, 2, 4, 16, 8);
      assertThat(states.pass(0, one).state(2, 1).before(1, () -> zeros)).isSameAs(zeros);
      states.pass(0, one).state(2, 1).after(1, zeros.add(3));
      Tensor second = states.rows(1, 1).pass(1, one).state(2, 1).before(1, () -> zeros);
      assertThat(second.shape()).containsExactly(1, 4, 16, 8);
      assertThat(second.dtype()).isEqualTo(DType.FLOAT32);
      assertThat(elements(second)).containsOnly(3);
      MixerStates other = new MixerStates(config, 2, 3, DType.FLOAT32, Device.CPU);
      other.copyFrom(states, 0, 1);
      assertThat(elements(other.pass(1, one).state(2, 1).before(1, () -> zeros))).containsOnly(3);
      long perToken = 2 * 5 * 2 * 1024 * 2;
      long constant = 2 * (3 * (64 + 16) + 4 * 16 * 8) * 4;
      assertThat(MixerStates.bytes(config, 2, 5, 2)).isEqualTo(16 * (perToken + constant));
    }
  }

  private static Tensor keys(MixerStates states, int block, long start, long length) {
    return states.at(block, 0, 0, start, length);
  }

  private static Tensor values(MixerStates states, int block, long start, long length) {
    return states.at(block, 0, 1, start, length);
  }

  private static void fill(Tensor target, double value) {
    target.copyFrom(Tensor.full(value, DType.FLOAT32, Device.CPU, 1));
  }

  private static float[] elements(Tensor tensor) {
    return tensor.to(DType.FLOAT32).contiguous().toFloats();
  }
}
