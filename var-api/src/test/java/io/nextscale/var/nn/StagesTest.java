package io.nextscale.var.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.torch.Autograd;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StagesTest {
  @AfterEach
  void nothingIsLeft() {
    assertThat(Torch.liveTensors()).isZero();
  }

  /** Adds a number, and records the feature maps that are alive when it begins. */
  private record Add(double number, List<Tensor> seen) implements Stage {
    @Override
    public Tensor forward(Tensor x) {
      seen.add(x);
      // input, result of every stage before that is still held, and nothing that a stage left
      assertThat(Torch.liveTensors()).isLessThanOrEqualTo(2);
      x.mul(2);
      return x.add(number);
    }
  }

  @Test
  void holdsTheInputAndOneMapOnlyAndLeavesTheInputToItsOwner() {
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> seen = new ArrayList<>();
      Stages stages = Stages.of(new Add(1, seen), new Add(10, seen), new Add(100, seen));
      Tensor x = Tensor.of(new float[] {1, 2}, 2);
      Tensor result = stages.forward(x);
      assertThat(result.toFloats()).containsExactly(112, 113);
      assertThat(x.toFloats()).containsExactly(1, 2);
      assertThat(seen.getFirst()).isSameAs(x);
      for (Tensor map : seen.subList(1, seen.size())) {
        assertThatIllegalStateException().isThrownBy(map::toFloats).withMessageContaining("freed");
      }
      assertThat(Torch.liveTensors()).isEqualTo(2);
    }
  }

  @Test
  void gradientsPassThroughMapsThatWereFreed() {
    try (TensorScope scope = TensorScope.open();
        GradMode training = GradMode.enabled()) {
      Tensor x = Autograd.parameter(Tensor.of(new float[] {0.5f, -1}, 2));
      Stage square = map -> map.mul(map);
      Tensor result = Stages.of(square, square, square).forward(x);
      Autograd.backward(Functional.sum(result, 0, false));
      float[] gradient = Autograd.gradient(x).orElseThrow().toFloats(); // of x⁸
      assertThat(gradient).containsExactly(new float[] {8f / 128, -8}, within(1e-6f));
    }
  }

  @Test
  void aFailureFreesAllMaps() {
    try (TensorScope scope = TensorScope.open()) {
      Stage failing =
          map -> {
            throw new IllegalArgumentException("stage");
          };
      Tensor x = Tensor.full(1, DType.FLOAT32, Device.CPU, 2);
      long before = Torch.liveTensors();
      Stages stages = Stages.of(map -> map.mul(2), failing);
      assertThatIllegalArgumentException().isThrownBy(() -> stages.forward(x));
      assertThat(Torch.liveTensors()).isEqualTo(before);
    }
  }

  @Test
  void stagesAreReplacedFromTheInnermostOut() {
    Stage before = map -> map.mul(1);
    Stage after = map -> map.mul(2);
    Stages inner = Stages.of(before);
    List<Stage> visited = new ArrayList<>();
    UnaryOperator<Stage> replacement =
        stage -> {
          visited.add(stage);
          return stage == before ? after : stage;
        };
    assertThat(Stages.of(inner, before).map(replacement))
        .isEqualTo(Stages.of(Stages.of(after), after));
    assertThat(visited).containsExactly(before, Stages.of(after), before);
  }

  @Test
  void noStagesAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(Stages::of)
        .withMessage("stages []: expected at least one");
  }
}
