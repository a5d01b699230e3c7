package io.nextscale.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SampleOrderTest {
  @Test
  void everyEpochIsAnotherPermutation() {
    SampleOrder order = SampleOrder.shuffled(100, 5);
    int[] first = draw(order, 0, 100);
    int[] second = draw(order, 100, 100);

    assertThat(first).isNotEqualTo(second);
    assertThat(Arrays.stream(first).sorted()).containsExactlyElementsOf(ascending(100));
    assertThat(Arrays.stream(second).sorted()).containsExactlyElementsOf(ascending(100));
    assertThat(order.epoch(99)).isZero();
    assertThat(order.epoch(100)).isOne();
    assertThat(draw(SampleOrder.shuffled(100, 6), 0, 100)).isNotEqualTo(first);
  }

  @Test
  void permutationsAreUniform() {
    int[] counts = new int[9];
    SampleOrder order = SampleOrder.shuffled(3, 1);
    for (int epoch = 0; epoch < 9000; epoch++) {
      for (int i = 0; i < 3; i++) {
        counts[3 * i + order.index(3L * epoch + i)]++;
      }
    }
    assertThat(Arrays.stream(counts)).allMatch(count -> count > 2800 && count < 3200);
  }

  @Test
  void ordersAreFunctionsOfThePosition() {
    int[] labels = {0, 0, 0, 1, 2, 2};
    for (long position : new long[] {0, 3, 17, 1_000_000_007L, Long.MAX_VALUE}) {
      SampleOrder shuffled = SampleOrder.shuffled(6, 1);
      SampleOrder balanced = SampleOrder.balanced(labels, 0.5, 1);
      draw(shuffled, 5, 20);
      assertThat(shuffled.index(position))
          .isEqualTo(SampleOrder.shuffled(6, 1).index(position))
          .isBetween(0, 5);
      draw(balanced, 5, 20);
      assertThat(balanced.index(position))
          .isEqualTo(SampleOrder.balanced(labels, 0.5, 1).index(position))
          .isBetween(0, 5);
    }
  }

  @Test
  void theStreamIsPinned() {
    assertThat(draw(SampleOrder.shuffled(10, 0), 0, 10))
        .containsExactly(5, 7, 2, 4, 9, 3, 8, 6, 0, 1);
    assertThat(draw(SampleOrder.balanced(new int[10], 0.5, 0), 0, 10))
        .containsExactly(4, 7, 2, 7, 8, 7, 4, 1, 8, 6);
  }

  @Test
  void balanceSetsTheClassFrequencies() {
    int[] labels = IntStream.range(0, 109).map(i -> i < 9 ? 0 : 1).toArray(); // sizes 9 and 100
    assertThat(share(labels, 0)).isBetween(0.0726, 0.0926); // 9 / 109
    assertThat(share(labels, 0.5)).isBetween(0.2158, 0.2458); // 3 / (3 + 10)
    assertThat(share(labels, 1)).isBetween(0.485, 0.515);
  }

  @Test
  void argumentsAreChecked() {
    assertThatIllegalArgumentException().isThrownBy(() -> SampleOrder.shuffled(0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> SampleOrder.balanced(new int[0], 0.5, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SampleOrder.balanced(new int[] {0, -1}, 0.5, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SampleOrder.balanced(new int[] {0}, 1.5, 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SampleOrder.shuffled(3, 1).index(-1))
        .withMessageContaining("-1");
  }

  private static double share(int[] labels, double balance) {
    SampleOrder order = SampleOrder.balanced(labels, balance, 3);
    return Arrays.stream(draw(order, 0, 20_000)).filter(i -> labels[i] == 0).count() / 20_000.0;
  }

  private static int[] draw(SampleOrder order, long first, int count) {
    return LongStream.range(first, first + count).mapToInt(order::index).toArray();
  }

  private static Iterable<Integer> ascending(int count) {
    return IntStream.range(0, count).boxed().toList();
  }
}
