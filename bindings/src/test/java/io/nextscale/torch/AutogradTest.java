package io.nextscale.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AutogradTest {
  private long before;

  @BeforeEach
  void count() {
    before = Torch.liveTensors();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Torch.liveTensors()).isEqualTo(before);
  }

  /** Gradient of a function of (1, 2, 3), of which the sum is taken. */
  private static float[] gradient(UnaryOperator<Tensor> function) {
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.enabled()) {
      Tensor x = Autograd.parameter(Tensor.of(new float[] {1, 2, 3}, 3));
      Autograd.backward(Functional.sum(function.apply(x), 0, false));
      return Autograd.gradient(x).orElseThrow().toFloats();
    }
  }

  @Test
  void theGradientOfASquareIsTwiceTheValue() {
    assertThat(gradient(x -> x.mul(x))).containsExactly(2, 4, 6);
  }

  @Test
  void noGradientFlowsThroughDetachedValues() {
    assertThat(gradient(x -> x.mul(Autograd.detach(x)))).containsExactly(1, 2, 3);
  }

  @Test
  void gradientsPassThroughAnotherElementTypeAndASharedReference() {
    assertThat(gradient(x -> x.share().to(DType.BFLOAT16).mul(4).to(DType.FLOAT32)))
        .containsExactly(4, 4, 4);
  }

  @Test
  void gradientsAddUpUntilTheyAreZeroed() {
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.enabled()) {
      Tensor x = Autograd.parameter(Tensor.of(new float[] {1, 2}, 2));
      assertThat(Autograd.gradient(x)).isEmpty();
      for (int pass = 0; pass < 2; pass++) {
        Autograd.backward(Functional.dot(x, x));
      }
      Tensor gradient = Autograd.gradient(x).orElseThrow();
      assertThat(gradient.toFloats()).containsExactly(4, 8);
      InPlace.zero(gradient);
      assertThat(Autograd.gradient(x).orElseThrow().toFloats()).containsExactly(0, 0);
    }
  }

  @Test
  void crossEntropyAndItsGradientAreThoseOfTheSoftmax() {
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.enabled()) {
      Tensor logits = Autograd.parameter(Tensor.of(new float[] {0, (float) Math.log(3)}, 1, 2));
      Tensor target = Tensor.of(new long[] {1}, 1);
      Tensor loss = Functional.crossEntropyLoss(logits, target, 0);
      assertThat(loss.toFloats()[0]).isCloseTo((float) Math.log(4 / 3.0), within(1e-6f));
      assertThat(Functional.crossEntropyLosses(logits, target).shape()).containsExactly(1);
      Autograd.backward(loss);
      float[] gradient = Autograd.gradient(logits).orElseThrow().toFloats();
      assertThat(gradient[0]).isCloseTo(0.25f, within(1e-6f));
      assertThat(gradient[1]).isCloseTo(-0.25f, within(1e-6f));
    }
  }

  @Test
  void meanLossesAreWhatTheirNamesSay() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor a = Tensor.of(new float[] {1, -3}, 2);
      Tensor b = Tensor.of(new float[] {0, 0}, 2);
      assertThat(Functional.l1Loss(a, b).toFloats()).containsExactly(2);
      assertThat(Functional.mseLoss(a, b).toFloats()).containsExactly(5);
      assertThat(Functional.mean(a).toFloats()).containsExactly(-1);
      assertThat(Functional.relu(a).toFloats()).containsExactly(1, 0);
    }
  }

  /** The first step of Adam moves by the rate, whatever the size of the gradient. */
  @Test
  void adamWTakesAStepOfTheRateAndDecaysTheWeight() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor weight = Tensor.of(new float[] {2}, 1);
      Tensor gradient = Tensor.of(new float[] {8}, 1);
      Tensor mean = Tensor.zeros(DType.FLOAT32, Device.CPU, 1);
      Tensor square = Tensor.zeros(DType.FLOAT32, Device.CPU, 1);
      Tensor step = Tensor.full(1, DType.FLOAT32, Device.CPU);
      InPlace.fusedAdamW(
          List.of(weight),
          List.of(gradient),
          List.of(mean),
          List.of(square),
          List.of(step),
          new InPlace.AdamWHyperparameters(0.1, 0.9, 0.95, 0.5, 1e-8),
          Tensor.full(4, DType.FLOAT32, Device.CPU));
      assertThat(weight.toFloats()[0]).isCloseTo(2 * (1 - 0.1f * 0.5f) - 0.1f, within(1e-5f));
      assertThat(mean.toFloats()[0]).isCloseTo(0.2f, within(1e-6f)); // (1 − 0.9) · 8 / 4
      assertThat(square.toFloats()[0]).isCloseTo(0.2f, within(1e-6f)); // (1 − 0.95) · 2²
    }
  }

  @Test
  void lerpMovesTowardsTheEnd() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor target = Tensor.of(new float[] {0, 4}, 2);
      InPlace.lerp(target, Tensor.of(new float[] {8, 0}, 2), 0.25);
      assertThat(target.toFloats()).containsExactly(2, 3);
    }
  }

  @Test
  void aLossThatIsNoNumberIsRefusedAndLosesNothing() {
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.enabled()) {
      Tensor x = Autograd.parameter(Tensor.of(new float[] {1, 2}, 2));
      assertThatThrownBy(() -> Autograd.backward(x.mul(2)))
          .isInstanceOf(TorchException.class)
          .hasMessageContaining("_backward");
    }
  }
}
