package io.nextscale.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LearningRateTest {
  @Test
  void itRisesToThePeakAndFallsToTheEnd() {
    for (LearningRate.Decay decay : LearningRate.Decay.values()) {
      LearningRate rate = new LearningRate(0.01, 0.1, 0.02, decay);
      assertThat(rate.at(0)).isCloseTo(0.01 * 0.005, within(1e-12));
      assertThat(rate.at(0.05)).isCloseTo(0.01 * (0.005 + 0.995 / 2), within(1e-12));
      assertThat(rate.at(0.1)).isCloseTo(0.01, within(1e-12));
      assertThat(rate.at(0.55)).isCloseTo(0.01 * (0.02 + 0.98 / 2), within(1e-12));
      assertThat(rate.at(1)).isCloseTo(0.0002, within(1e-12));
      assertThat(rate.at(1.5)).isEqualTo(rate.at(1));
    }
  }

  @Test
  void cosineStaysHigherAtFirst() {
    LearningRate cosine = new LearningRate(1, 0, 0, LearningRate.Decay.COSINE);
    LearningRate linear = new LearningRate(1, 0, 0, LearningRate.Decay.LINEAR);
    assertThat(cosine.at(0.25)).isGreaterThan(linear.at(0.25) + 0.1);
  }

  @Test
  void numbersOutOfRangeAreNamed() {
    assertThatThrownBy(() -> new LearningRate(-1, 0, 0, LearningRate.Decay.LINEAR))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("learning rate -1");
    assertThatThrownBy(() -> new LearningRate(1, 1, 0, LearningRate.Decay.LINEAR))
        .hasMessageContaining("warm-up 1.0");
    assertThatThrownBy(() -> new LearningRate(1, 0, 2, LearningRate.Decay.LINEAR))
        .hasMessageContaining("2.0");
  }
}
