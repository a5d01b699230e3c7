package io.nextscale.train.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CodeUsageTest {
  /** A scale finds some codes at every step, until their average is what it stays. */
  private static void settle(CodeUsage usage, int k, int steps, long... tokens) {
    for (int i = 0; i < steps; i++) {
      usage.add(k, tokens);
    }
  }

  private static long[] counts(int... counts) {
    return IntStream.range(0, counts.length)
        .flatMap(v -> IntStream.generate(() -> v).limit(counts[v]))
        .asLongStream()
        .toArray();
  }

  @Test
  void hitsAreAveragedOverSteps() {
    try (CodeUsage usage = new CodeUsage(2, 3)) {
      usage.add(1, new long[] {0, 2, 2});
      usage.add(1, new long[] {2});
      float[] expected = {0, 0, 0, 0.02f * 0.98f, 0, 0.02f * 2 * 0.98f + 0.02f};
      assertThat(usage.state().shape()).containsExactly(2, 3);
      assertThat(usage.state().toFloats()).containsExactly(expected, within(1e-7f));
    }
  }

  @Test
  void theShareOfUsedCodesIsToldByScale() {
    try (CodeUsage usage = new CodeUsage(3, 4)) {
      usage.add(0, counts(1, 0, 1, 0));
      usage.add(1, counts(5, 1, 7, 9));
      assertThat(usage.share(0)).isEqualTo(0.5);
      assertThat(usage.share(1)).isEqualTo(1);
      assertThat(usage.share(2)).isZero();
    }
  }

  /** 8 % of an even spread is 2 of 100 here. */
  @Test
  void rareCodesDoNotCountAsUsed() {
    try (CodeUsage usage = new CodeUsage(1, 4)) {
      usage.add(0, counts(97, 1, 1, 1));
      assertThat(usage.share(0)).isEqualTo(0.25);
    }
    try (CodeUsage usage = new CodeUsage(1, 4)) {
      usage.add(0, counts(91, 3, 3, 3));
      assertThat(usage.share(0)).isEqualTo(1);
    }
  }

  @Test
  void aCodeIsDeadIfNoScaleFindsIt() {
    try (CodeUsage usage = new CodeUsage(2, 5)) {
      assertThat(usage.takeDead()).isEmpty(); // nothing is known yet
      settle(usage, 0, 10, 0, 0, 0, 2);
      settle(usage, 1, 10, 4, 4, 4);
      assertThat(usage.takeDead()).containsExactly(1, 3);
    }
  }

  /** A usage of 5 times the limit falls below it after log(5) / -log(0.98), 80 steps. */
  @Test
  void deadCodesAreGivenTime() {
    try (CodeUsage usage = new CodeUsage(2, 4)) {
      long[] found = {0, 1, 2};
      for (int step = 0; step < 500; step++) {
        usage.add(0, found);
        usage.add(1, found);
      }
      assertThat(usage.takeDead()).containsExactly(3);
      for (int step = 0; step < 75; step++) {
        usage.add(0, found);
        usage.add(1, found);
      }
      assertThat(usage.takeDead()).isEmpty();
      for (int step = 0; step < 10; step++) {
        usage.add(0, found);
        usage.add(1, found);
      }
      assertThat(usage.takeDead()).containsExactly(3);
      assertThat(usage.takeDead()).isEmpty();
    }
  }

  @Test
  void aCodeThatIsFoundAgainStaysAlive() {
    try (CodeUsage usage = new CodeUsage(1, 4)) {
      settle(usage, 0, 300, 0, 1, 2);
      assertThat(usage.takeDead()).containsExactly(3);
      settle(usage, 0, 300, 0, 1, 2, 3);
      assertThat(usage.takeDead()).isEmpty();
      float[] even = new float[4];
      Arrays.fill(even, 1);
      assertThat(usage.state().toFloats()).containsExactly(even, within(0.01f));
    }
  }
}
