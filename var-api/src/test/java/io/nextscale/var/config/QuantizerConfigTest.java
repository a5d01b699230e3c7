package io.nextscale.var.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.var.scale.Scales;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class QuantizerConfigTest {
  private static final Scales OWN = Scales.squares(1, 3, 4);

  @Test
  void aResidualQuantizerHasItsOwnScalesOnly() {
    QuantizerConfig residual = new QuantizerConfig.Residual(0.5, OptionalInt.of(4));
    assertThat(residual.every(OWN)).isEqualTo(OWN);
    assertThat(residual.choose(OWN, () -> Scales.squares(2))).isEqualTo(OWN);
  }

  @Test
  void aGroundTruthQuantizerTakesAnyScales() {
    QuantizerConfig groundTruth = new QuantizerConfig.GroundTruth();
    assertThat(groundTruth.every(OWN)).isEqualTo(Scales.squares(1, 2, 3, 4));
    assertThat(groundTruth.choose(OWN, () -> Scales.squares(2))).isEqualTo(Scales.squares(2));
  }
}
