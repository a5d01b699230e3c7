package io.nextscale.train.adversary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.torch.Autograd;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With a network of two small layers whose weights are drawn. */
class PerceptualLossTest {
  private static final int SIZE = 8;

  private long before;

  @BeforeEach
  void count() {
    before = Torch.liveTensors();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Torch.liveTensors()).isEqualTo(before);
  }

  /** Two layers, the second smaller; smooth, so that finite differences cross no kinks. */
  private static ImageFeatures network() {
    Tensor first = Tensor.of(FiniteDifferences.normals(1, 4 * 3 * 9), 4, 3, 3, 3);
    Tensor second = Tensor.of(FiniteDifferences.normals(2, 6 * 4 * 9), 6, 4, 3, 3);
    return images -> {
      Tensor large = Functional.silu(Layers.conv2d(images, first, null, 1, 1));
      return List.of(large, Layers.conv2d(large, second, null, 2, 1));
    };
  }

  @Test
  void equalImagesAreAtDistanceZero() {
    try (TensorScope scope = TensorScope.open()) {
      PerceptualLoss loss = new PerceptualLoss(network(), 1);
      Tensor truth = FiniteDifferences.images(1, 2, SIZE, 0);
      assertThat(loss.of(truth, truth).toFloats()).containsExactly(0);
      assertThat(loss.of(truth, FiniteDifferences.images(2, 2, SIZE, 0)).toFloats()[0])
          .isGreaterThan(0.1f);
    }
  }

  /** Feature vectors (3, 4) and (0, 2): of unit length (0.6, 0.8) and (0, 1). */
  @Test
  void distanceIsThatOfFeaturesOfUnitLength() {
    try (TensorScope scope = TensorScope.open()) {
      ImageFeatures themselves = images -> List.of(images, images.mul(-7));
      Tensor truth = Tensor.of(new float[] {3, 4}, 1, 2, 1, 1);
      Tensor made = Tensor.of(new float[] {0, 2}, 1, 2, 1, 1);
      double expected = 0.5 * (0.6 * 0.6 + 0.2 * 0.2) / 2;
      Tensor loss = new PerceptualLoss(themselves, 0.5).of(truth, made);
      assertThat(loss.shape()).isEmpty();
      assertThat(loss.dtype()).isEqualTo(DType.FLOAT32);
      assertThat(loss.toFloats()[0]).isCloseTo((float) expected, within(1e-6f));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void gradientAgreesWithFiniteDifferences(long seed) {
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.enabled()) {
      PerceptualLoss loss = new PerceptualLoss(network(), 2);
      Tensor truth = Autograd.parameter(FiniteDifferences.images(10 + seed, 2, SIZE, 0));
      Tensor made = Autograd.parameter(FiniteDifferences.images(20 + seed, 2, SIZE, 0));
      Autograd.backward(loss.of(truth, made));
      assertThat(Autograd.gradient(truth)).isEmpty();
      assertThat(FiniteDifferences.agree("made" + seed, made, () -> loss.of(truth, made), 1e-3))
          .isTrue();
    }
  }

  /** Even where the features are the truth itself, or the same layer twice. */
  @Test
  void noGradientFlowsIntoTheTruth() {
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.enabled()) {
      Tensor truth = Autograd.parameter(FiniteDifferences.images(1, 1, SIZE, 0));
      Tensor made = Autograd.parameter(FiniteDifferences.images(2, 1, SIZE, 0));
      Autograd.backward(new PerceptualLoss(images -> List.of(images), 1).of(truth, made));
      assertThat(Autograd.gradient(truth)).isEmpty();
      assertThat(Autograd.gradient(made)).isPresent();
    }
  }

  @Test
  void featuresOfLengthZeroHaveAFiniteGradient() {
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.enabled()) {
      ImageFeatures positive = images -> List.of(Functional.relu(images));
      Tensor truth = FiniteDifferences.images(1, 1, SIZE, 0);
      Tensor made =
          Autograd.parameter(Tensor.full(-1, DType.FLOAT32, Device.CPU, 1, 3, SIZE, SIZE));
      Autograd.backward(new PerceptualLoss(positive, 1).of(truth, made));
      assertThat(Autograd.gradient(made).orElseThrow().toFloats()).containsOnly(0);
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor truth = FiniteDifferences.images(1, 1, SIZE, 0);
      Tensor large = FiniteDifferences.images(1, 1, 2 * SIZE, 0);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new PerceptualLoss(network(), 1).of(truth, large))
          .withMessage("made [1, 3, 16, 16]: expected the shape of the truth, [1, 3, 8, 8]");
      assertThatIllegalStateException()
          .isThrownBy(() -> new PerceptualLoss(images -> List.of(), 1).of(truth, truth))
          .withMessageContaining("0 layers");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new PerceptualLoss(network(), Double.NaN))
          .withMessageContaining("perceptual weight NaN");
      assertThatIllegalArgumentException().isThrownBy(() -> new PerceptualLoss(network(), -1));
    }
  }
}
