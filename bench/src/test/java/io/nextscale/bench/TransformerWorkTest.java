package io.nextscale.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OfficialModels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** FLOPs of published models, counted here once more by hand. */
class TransformerWorkTest {
  private static final int FLOAT32 = 4;

  /** Sizes of d16 with a Mamba-2 layer: C = 1024, E = 2048, 32 heads. */
  @Test
  void aStateCostsTheSameAtEachScale() {
    ModelSpec spec = OfficialModels.preset("flexvar-mamba-d16");
    TransformerWork work = TransformerWork.of(spec, 1, true, FLOAT32);
    double convolution = 4 * (2048 + 2 * 128);
    double recurrence = 2.0 * 2048 * 128;
    double projections = 1024.0 * (2 * 2048 + 2 * 128 + 32) + 2048 * 1024;
    double mlp = 2.0 * 1024 * 4096;
    for (int k = 0; k < spec.scales().count(); k++) {
      double tokens = 2.0 * spec.scales().get(k).tokens(); // of two rows
      assertThat(work.mixing(k).flops())
          .isCloseTo(2 * tokens * 16 * (convolution + recurrence), within(1.0));
      assertThat(work.linear(k).flops())
          .isCloseTo(2 * tokens * 16 * (projections + mlp), within(1.0));
    }
    assertThat(work.adaLn().flops()).isCloseTo(2 * 2 * (6.0 * 16 + 2) * 1024 * 1024, within(1.0));
  }

  /** Attention sees its own scale only, and a block has nine modulations. */
  @Test
  void mvarHasTwoMixers() {
    ModelSpec spec = OfficialModels.preset("mvar-d16");
    TransformerWork work = TransformerWork.of(spec, 1, false, FLOAT32);
    double mamba = 4 * (2048 + 2 * 64) + 2.0 * 2048 * 64;
    assertThat(work.mixing(9).flops())
        .isCloseTo(2 * 16 * 256 * (2.0 * 256 * 1024 + mamba), within(1.0));
    double linear =
        (4.0 * 1024 + 2 * 4096 + 2 * 2048 + 2 * 64 + 32 + 2048) * 1024; // of a block and token
    assertThat(work.linear(0).flops()).isCloseTo(2 * 16 * linear, within(1.0));
    assertThat(work.adaLn().flops()).isCloseTo(2 * (9.0 * 16 + 2) * 1024 * 1024, within(1.0));
  }

  /**
   * Per token two rows of the blocks and one of the head, in millions of parameters; attention to
   * the class and all tokens before, or a state.
   */
  @ParameterizedTest
  @CsvSource({"llamagen-c2i-l-256, 24, 1024, 12845056, 0", "aim-l, 48, 1024, 6586368, 533504"})
  void rasterModelsAreCountedTokenByToken(
      String name, int depth, int width, long linear, long recurrent) {
    double expected = 0;
    for (int token = 0; token < 256; token++) {
      double mixing = recurrent > 0 ? recurrent : 2.0 * (token + 1) * width;
      expected += 2 * (2 * depth * (linear + mixing) + width * 16384.0);
    }
    assertThat(RasterWork.flops(OfficialModels.preset(name))).isCloseTo(expected, within(1e3));
  }

  @Test
  void refusesARasterModel() {
    ModelSpec spec = OfficialModels.preset("aim-b");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TransformerWork.of(spec, 1, true, FLOAT32))
        .withMessageContaining("aim-b predicts token by token");
  }
}
