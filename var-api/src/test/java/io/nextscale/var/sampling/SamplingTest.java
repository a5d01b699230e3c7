package io.nextscale.var.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SamplingTest {
  @Test
  void eachPartIsChangedAlone() {
    Sampling full =
        new Sampling(
            OptionalInt.of(5),
            OptionalDouble.of(.5),
            2,
            true,
            GreedyGrids.published(16),
            List.of(7, 3, 7));
    assertThat(full.excludedCodes()).containsExactly(3, 7);
    Sampling built =
        Sampling.greedy()
            .withTopK(5)
            .withTopP(.5)
            .withTemperature(2)
            .withSmooth(true)
            .withGreedyGrids(GreedyGrids.published(16))
            .withExcludedCodes(List.of(3, 7));
    assertThat(built).isEqualTo(full);
    assertThat(Sampling.all().withTopK(1)).isEqualTo(Sampling.greedy());
    assertThat(Sampling.greedy().greedyGrids()).isEqualTo(GreedyGrids.none());
  }

  @Test
  void excludedCodesMustBeCodes() {
    Sampling two = Sampling.all().withExcludedCodes(List.of(0, 79));
    assertThat(two.requireVocabulary(80)).isSameAs(two);
    assertThatThrownBy(() -> two.requireVocabulary(79))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("excluded code 79: expected 0 to 78");
  }
}
