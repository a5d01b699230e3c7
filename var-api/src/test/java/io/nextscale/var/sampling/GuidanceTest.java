package io.nextscale.var.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.var.scale.Scales;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class GuidanceTest {
  private static final Scales TEN = Scales.squares(1, 2, 3, 4, 5, 6, 8, 10, 13, 16);

  private static double[] weights(Guidance guidance, Scales scales) {
    double[] weights = new double[scales.count()];
    java.util.Arrays.setAll(weights, k -> guidance.weight(scales, k));
    return weights;
  }

  @Test
  void theRampEndsAtItsStrength() {
    double[] weights = weights(Guidance.ramp(4.5), TEN);
    for (int k = 0; k < 10; k++) {
      assertThat(weights[k]).isEqualTo(4.5 * ((double) k / 9));
    }
    assertThat(weights(Guidance.ramp(3), Scales.squares(4))).containsExactly(0);
  }

  @Test
  void theConstantIsItsStrengthLessOne() {
    assertThat(weights(Guidance.constant(4), TEN)).containsOnly(3);
  }

  /** i / min(n − 1, 9): above 1 where there are more than ten scales. */
  @Test
  void aRampOfItsOwnLengthMayExceedItsStrength() {
    Scales thirteen = Scales.squares(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16);
    Guidance flex = Guidance.flexRamp(2);
    assertThat(flex.weight(thirteen, 12)).isEqualTo(2 * 12.0 / 9);
    assertThat(flex.weight(Scales.squares(1, 2, 4), 1)).isEqualTo(1);
    Guidance full = Guidance.flexRamp(2, 8);
    assertThat(full.weight(thirteen, 7)).isEqualTo(2 * 7.0 / 9);
    assertThat(full.weight(thirteen, 8)).isEqualTo(2);
  }

  /** QUIRKS.md, FlexVAR 7: full strength above max_pn, whichever side is longer. */
  @Test
  void flexVarsRampIsFullAboveItsLongestSide() {
    ClassifierFreeGuidance flex = Guidance.flexRamp(3, 16);
    Scales fifteen = Scales.squares(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 23, 32);
    for (int k = 0; k < 13; k++) {
      assertThat(flex.weight(fifteen, k)).isEqualTo(3 * (k / 9.0));
    }
    assertThat(flex.weight(fifteen, 13)).isEqualTo(3);
    assertThat(flex.weight(fifteen, 14)).isEqualTo(3);
    assertThat(weights(flex, Scales.parse("1,2x16,3x16"))).containsExactly(0, 1.5, 3);
    assertThat(weights(flex, Scales.parse("1,2x17,3x18"))).containsExactly(0, 3, 3);
    assertThat(weights(flex, Scales.parse("1,17x2,18x3"))).containsExactly(0, 3, 3);
    assertThat(weights(flex, Scales.squares(17))).containsExactly(3);
    assertThat(flex.withStrength(1)).isEqualTo(Guidance.flexRamp(1, 16));
  }

  @Test
  void knowsWhenItIsNotNeeded() {
    assertThat(Guidance.ramp(0).isActive()).isFalse();
    assertThat(Guidance.ramp(1).isActive()).isTrue();
    assertThat(Guidance.constant(1).isActive()).isFalse();
    assertThat(Guidance.constant(0).isActive()).isTrue();
  }

  @Test
  void aListHasANumberForEachScale() {
    Scales three = Scales.squares(1, 2, 4);
    assertThat(weights(Guidance.ofScales(0, -0.5, 3), three)).containsExactly(0, -0.5, 3);
    assertThat(Guidance.ofScales(0, 0, 1).isActive(three)).isTrue();
    assertThat(Guidance.ofScales(0, 0, 0).isActive(three)).isFalse();
    assertThatThrownBy(() -> Guidance.ofScales(1, 2).weight(three, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2 guidance weights for 3 scales (1,2,4): expected one for each");
    assertThatThrownBy(() -> Guidance.ofScales(1, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("guidance weight NaN: expected -1000000000 to 1000000000");
    assertThatThrownBy(() -> Guidance.ofScales(1, -1e10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("guidance weight -1.0E10: expected");
    assertThatThrownBy(Guidance::ofScales)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("guidance weights: expected one for each scale");
  }

  @Test
  void refusesValuesOutOfRange() {
    for (double strength : new double[] {-1, 1e38, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> Guidance.ramp(strength))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("cfg");
    }
    OptionalInt none = OptionalInt.empty();
    assertThatThrownBy(
            () ->
                new ClassifierFreeGuidance(
                    ClassifierFreeGuidance.Form.RAMP, 1, OptionalInt.of(0), none, none))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("scales of the ramp 0: expected 1 and more");
    assertThatThrownBy(() -> Guidance.flexRamp(1, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("max-pn -1: expected 1 and more");
  }

  @Test
  void samplingNamesTheValueAndItsRange() {
    assertThatThrownBy(() -> Sampling.all().withTopK(-1)).hasMessageContaining("top-k -1");
    assertThatThrownBy(() -> Sampling.of(0, 0.9)).hasMessage("top-k 0: expected 1 and more");
    assertThatThrownBy(() -> Sampling.of(5, 0)).hasMessageContaining("top-p 0.0: expected above 0");
    assertThatThrownBy(() -> Sampling.all().withTopP(1.1)).hasMessageContaining("top-p 1.1");
    assertThatThrownBy(() -> Sampling.all().withTopP(Double.NaN)).hasMessageContaining("top-p NaN");
    assertThatThrownBy(() -> Sampling.all().withTemperature(0))
        .hasMessageContaining("temperature 0");
    assertThatThrownBy(() -> Sampling.all().withTopK(5).requireVocabulary(4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected 1 to 4");
  }
}
