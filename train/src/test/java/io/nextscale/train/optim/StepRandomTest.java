package io.nextscale.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StepRandomTest {
  private static long[] numbers(long seed, String purpose, long step) {
    return StepRandom.of(seed, purpose, step).longs(20).toArray();
  }

  @Test
  void seedPurposeAndStepFixTheNumbers() {
    assertThat(numbers(3, "noise", 7)).containsExactly(numbers(3, "noise", 7));
    assertThat(numbers(3, "noise", 7)).isNotEqualTo(numbers(4, "noise", 7));
    assertThat(numbers(3, "noise", 7)).isNotEqualTo(numbers(3, "scales", 7));
    assertThat(numbers(3, "noise", 7)).isNotEqualTo(numbers(3, "noise", 8));
  }

  /** A number of one step is none of another: not even moved by some places. */
  @Test
  void streamsDoNotOverlap() {
    Set<Long> seen = new HashSet<>();
    int count = 0;
    for (String purpose : new String[] {"noise", "scales", "pass"}) {
      for (long seed = 0; seed < 3; seed++) {
        for (long step = 0; step < 100; step++) {
          for (long number : numbers(seed, purpose, step)) {
            seen.add(number);
            count++;
          }
        }
      }
    }
    assertThat(seen).hasSize(count);
  }

  @Test
  void firstNumbersOfStepsAreSpreadEvenly() {
    int steps = 10_000;
    double sum = 0;
    double products = 0;
    double last = 0;
    for (long step = 0; step < steps; step++) {
      double number = StepRandom.of(1, "pass", step).nextDouble() - 0.5;
      sum += number;
      products += number * last;
      last = number;
    }
    assertThat(sum / steps).isCloseTo(0, within(0.015)); // deviation 0.0029
    assertThat(products / steps).isCloseTo(0, within(0.005)); // deviation 0.0008
  }
}
