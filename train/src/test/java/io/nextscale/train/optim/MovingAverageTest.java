package io.nextscale.train.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.torch.Autograd;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MovingAverageTest {
  private static Tensor parameter(float... values) {
    return Autograd.parameter(Tensor.of(values, values.length));
  }

  private static void set(Tensor parameter, float... values) {
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      parameter.copyFrom(Tensor.of(values, values.length));
    }
  }

  private static float[] read(MovingAverage average, String name) {
    try (TensorScope scope = TensorScope.open()) {
      return average.get(name, 2).orElseThrow().toFloats();
    }
  }

  private static void is(MovingAverage average, double first, double second) {
    assertThat(read(average, "w"))
        .containsExactly(new float[] {(float) first, (float) second}, within(1e-6f));
  }

  /** Kept are 1/10, 2/11, 3/12, … as long as that is less than the decay. */
  @Test
  void theStartIsSoonForgotten() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor weight = parameter(1, 10);
      try (MovingAverage average = new MovingAverage(Map.of("w", weight), 0.9)) {
        is(average, 1, 10);
        set(weight, 2, 20);
        is(average, 1, 10);
        average.add(0);
        double kept = 0.1 + 0.9 * 2;
        is(average, kept, 10 * kept);
        set(weight, 4, 40);
        average.add(1);
        kept = kept * 2 / 11 + 4 * 9.0 / 11;
        is(average, kept, 10 * kept);
        average.add(2);
        kept = kept * 3 / 12 + 4 * 9.0 / 12;
        is(average, kept, 10 * kept);
      }
    }
  }

  /** (1 + steps) / (10 + steps) is 0.5 from step 8 on. */
  @Test
  void laterTheDecayCounts() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor weight = parameter(0, 0);
      try (MovingAverage average = new MovingAverage(Map.of("w", weight), 0.5)) {
        set(weight, 1, -8);
        average.add(7);
        is(average, 9.0 / 17, -8 * 9.0 / 17);
        set(weight, 0, 0);
        average.add(8);
        is(average, 4.5 / 17, -8 * 4.5 / 17);
        average.add(1_000_000);
        is(average, 2.25 / 17, -8 * 2.25 / 17);
      }
    }
  }

  @Test
  void withoutDecayItIsTheParameters() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor weight = parameter(3, 4);
      try (MovingAverage average = new MovingAverage(Map.of("w", weight), 0)) {
        set(weight, 5, -6);
        average.add(40);
        is(average, 5, -6);
      }
    }
  }

  @Test
  void itKnowsItsNamesAndLeavesNothing() {
    long before = Torch.liveTensors();
    try (TensorScope scope = TensorScope.open()) {
      Tensor left = parameter(1, 2);
      Tensor right = parameter(3, 4);
      long parameters = Torch.liveTensors();
      try (MovingAverage average = new MovingAverage(Map.of("a", left, "b", right), 0.9)) {
        average.add(0);
        assertThat(average.keys()).containsExactlyInAnyOrder("a", "b");
        assertThat(average.get("c", 2)).isEmpty();
        assertThat(read(average, "b")).containsExactly(3, 4);
        assertThat(Objects.requireNonNull(average.all().get("a")).toFloats()).containsExactly(1, 2);
      }
      assertThat(Torch.liveTensors()).isEqualTo(parameters);
    }
    assertThat(Torch.liveTensors()).isEqualTo(before);
  }

  @Test
  void decaysOutOfRangeAreNamed() {
    for (double decay : new double[] {-0.1, 1, Double.NaN}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new MovingAverage(Map.of(), decay).close())
          .withMessageContaining("decay " + decay);
    }
  }
}
