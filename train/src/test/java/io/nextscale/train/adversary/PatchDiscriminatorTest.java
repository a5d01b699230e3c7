package io.nextscale.train.adversary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.torch.Autograd;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import io.nextscale.train.optim.AdamW;
import io.nextscale.var.checkpoint.CheckpointException;
import io.nextscale.var.checkpoint.WeightSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A small discriminator, trained and asked as a large one is. */
class PatchDiscriminatorTest {
  private static final PatchConfig SMALL = new PatchConfig(4, 2, 2);
  private static final int SIZE = 16;

  private long before;

  @BeforeEach
  void count() {
    before = Torch.liveTensors();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Torch.liveTensors()).isEqualTo(before);
  }

  private static PatchDiscriminator small(DType compute) {
    return new PatchDiscriminator(SMALL, PatchInitialization.weights(1), compute);
  }

  /** With weights as large as those of a trained one: no gradient is small by the start. */
  private static PatchDiscriminator stirred(long seed) {
    PatchDiscriminator discriminator = small(DType.FLOAT32);
    discriminator
        .parameters()
        .forEach((name, leaf) -> FiniteDifferences.stir(name + seed, leaf, 0.1));
    return discriminator;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void itsOwnGradientsAgreeWithFiniteDifferences(long seed) {
    try (TensorScope scope = TensorScope.open();
        PatchDiscriminator discriminator = stirred(seed);
        GradMode mode = GradMode.enabled()) {
      Tensor truth = FiniteDifferences.images(10 + seed, 2, SIZE, 0.2);
      Tensor made = Autograd.parameter(FiniteDifferences.images(20 + seed, 3, SIZE, -0.2));
      Autograd.backward(discriminator.tell(truth, made));
      int told = 0;
      for (Map.Entry<String, Tensor> entry : discriminator.parameters().entrySet()) {
        boolean tells =
            FiniteDifferences.agree(
                entry.getKey(), entry.getValue(), () -> discriminator.tell(truth, made), 2e-4);
        told += tells ? 1 : 0;
      }
      // the last bias moves both hinges alike, in opposite directions
      assertThat(told).isGreaterThanOrEqualTo(discriminator.parameters().size() - 1);
      assertThat(Autograd.gradient(made)).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theImagesGradientAgreesWithFiniteDifferences(long seed) {
    try (TensorScope scope = TensorScope.open();
        PatchDiscriminator discriminator = stirred(seed);
        GradMode mode = GradMode.enabled()) {
      Tensor made = Autograd.parameter(FiniteDifferences.images(seed, 2, SIZE, 0));
      Autograd.backward(discriminator.fool(made));
      boolean told =
          FiniteDifferences.agree("made" + seed, made, () -> discriminator.fool(made), 5e-4);
      assertThat(told).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16"})
  void foolingLeavesItsParametersWithoutGradient(DType compute) {
    try (TensorScope scope = TensorScope.open();
        PatchDiscriminator discriminator = small(compute);
        GradMode mode = GradMode.enabled()) {
      Tensor made = Autograd.parameter(FiniteDifferences.images(3, 2, SIZE, 0));
      Autograd.backward(discriminator.fool(made));
      assertThat(Autograd.gradient(made)).isPresent();
      assertThat(discriminator.parameters().values())
          .allSatisfy(leaf -> assertThat(Autograd.gradient(leaf)).isEmpty());
    }
  }

  /** Also that a gradient which is there already stays as it is. */
  @Test
  void foolingAddsNothingToGradientsThatAreThere() {
    try (TensorScope scope = TensorScope.open();
        PatchDiscriminator discriminator = small(DType.FLOAT32);
        GradMode mode = GradMode.enabled()) {
      Tensor made = Autograd.parameter(FiniteDifferences.images(3, 2, SIZE, 0));
      Autograd.backward(discriminator.tell(FiniteDifferences.images(4, 2, SIZE, 0), made));
      List<float[]> own = gradients(discriminator);
      Autograd.backward(discriminator.fool(made));
      assertThat(gradients(discriminator)).usingRecursiveComparison().isEqualTo(own);
    }
  }

  private static List<float[]> gradients(PatchDiscriminator discriminator) {
    return discriminator.parameters().values().stream()
        .map(leaf -> Autograd.gradient(leaf).orElseThrow().toFloats())
        .toList();
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT32", "BFLOAT16"})
  void twoBatchesAreToldApart(DType compute) {
    try (TensorScope scope = TensorScope.open();
        PatchDiscriminator discriminator = small(compute);
        GradMode mode = GradMode.enabled()) {
      Tensor truth = FiniteDifferences.images(1, 4, SIZE, 0.5);
      Tensor made = FiniteDifferences.images(2, 4, SIZE, -0.5);
      double first = 0;
      double last = 0;
      try (AdamW optimiser = new AdamW(discriminator.parameters(), 0, name -> true, 2)) {
        for (int step = 0; step < 60; step++) {
          try (TensorScope pass = TensorScope.open()) {
            Tensor loss = discriminator.tell(truth, made);
            Autograd.backward(loss);
            last = loss.toFloats()[0];
            first = step == 0 ? last : first;
            optimiser.step(0.01, 1);
          }
        }
      }
      assertThat(first).isCloseTo(1, within(0.1)); // begins with no opinion
      assertThat(last).isLessThan(0.02);
      assertThat(discriminator.fool(made).toFloats()[0]).isGreaterThan(0.9f); // not fooled
      assertThat(discriminator.fool(truth).toFloats()[0]).isLessThan(-0.9f);
    }
  }

  @Test
  void leakyReluHasAFifthOfTheSlopeBelowZero() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor values = Tensor.of(new float[] {-5, -1, 0, 1, 5}, 5);
      float[] leaked = PatchBlock.leakyRelu(values).toFloats();
      assertThat(leaked).containsExactly(new float[] {-1, -0.2f, 0, 1, 5}, within(1e-6f));
      assertThat(PatchBlock.leakyRelu(values.to(DType.BFLOAT16)).dtype()).isEqualTo(DType.BFLOAT16);
    }
  }

  /** The logits of an image do not depend on the batch that the image is in. */
  @Test
  void aBatchIsJudgedImageByImage() {
    try (TensorScope scope = TensorScope.open();
        PatchDiscriminator discriminator = stirred(1)) {
      Tensor one = FiniteDifferences.images(1, 1, SIZE, 0.5);
      Tensor other = FiniteDifferences.images(2, 1, SIZE, -0.5);
      double both = discriminator.fool(Functional.cat(List.of(one, other), 0)).toFloats()[0];
      double apart =
          discriminator.fool(one).toFloats()[0] + discriminator.fool(other).toFloats()[0];
      assertThat(both).isCloseTo(apart / 2, within(1e-5));
    }
  }

  @Test
  void bfloat16AgreesRoughly() {
    try (TensorScope scope = TensorScope.open();
        PatchDiscriminator exact = small(DType.FLOAT32);
        PatchDiscriminator rough = small(DType.BFLOAT16)) {
      Tensor truth = FiniteDifferences.images(1, 2, SIZE, 0.5);
      Tensor made = FiniteDifferences.images(2, 2, SIZE, -0.5);
      Tensor loss = rough.tell(truth, made);
      assertThat(loss.dtype()).isEqualTo(DType.FLOAT32);
      assertThat(rough.fool(made).dtype()).isEqualTo(DType.FLOAT32);
      // bfloat16 has eight bits of precision, and the logits are about 0.5
      assertThat(loss.toFloats()[0])
          .isCloseTo(exact.tell(truth, made).toFloats()[0], within(0.01f));
    }
  }

  @Test
  void parametersAreNamedAndStartFromTheSeed() {
    try (TensorScope scope = TensorScope.open();
        PatchDiscriminator one = small(DType.FLOAT32);
        PatchDiscriminator same = small(DType.BFLOAT16);
        PatchDiscriminator other =
            new PatchDiscriminator(SMALL, PatchInitialization.weights(2), DType.FLOAT32)) {
      assertThat(one.parameters().keySet())
          .containsExactly(
              "discriminator.first.weight",
              "discriminator.first.bias",
              "discriminator.blocks.0.conv.weight",
              "discriminator.blocks.0.conv.bias",
              "discriminator.blocks.0.norm.weight",
              "discriminator.blocks.0.norm.bias",
              "discriminator.blocks.1.conv.weight",
              "discriminator.blocks.1.conv.bias",
              "discriminator.blocks.1.norm.weight",
              "discriminator.blocks.1.norm.bias",
              "discriminator.last.weight",
              "discriminator.last.bias");
      float[] kernel = values(one, "blocks.1.conv.weight");
      double squares = 0;
      for (float value : kernel) {
        squares += value * value;
      }
      assertThat(Math.sqrt(squares / kernel.length)).isCloseTo(0.02, within(0.001));
      assertThat(values(one, "blocks.0.norm.weight")).containsOnly(1);
      assertThat(values(one, "first.bias")).containsOnly(0);
      assertThat(values(same, "blocks.1.conv.weight")).isEqualTo(kernel);
      assertThat(values(other, "blocks.1.conv.weight")).isNotEqualTo(kernel);
    }
  }

  private static float[] values(PatchDiscriminator discriminator, String name) {
    return discriminator.parameters().get("discriminator." + name).toFloats();
  }

  /** VQGAN's kernels; of the biases, those before a normalisation are not in the official code. */
  @Test
  void vqgansSizesAreThoseOfItsCode() {
    try (PatchDiscriminator discriminator =
        new PatchDiscriminator(
            PatchConfig.vqgan(), PatchInitialization.weights(1), DType.FLOAT32)) {
      long kernels = 16 * (3 * 64 + 64 * 128 + 128 * 256 + 256 * 512 + 512);
      long normed = 128 + 256 + 512;
      long numbers = discriminator.parameters().values().stream().mapToLong(Tensor::numel).sum();
      assertThat(numbers).isEqualTo(kernels + 2 * normed + normed + 64 + 1);
    }
  }

  @Test
  void imageThatIsTooSmallIsRefused() {
    try (TensorScope scope = TensorScope.open();
        PatchDiscriminator discriminator = small(DType.FLOAT32)) {
      Tensor enough = Tensor.zeros(DType.FLOAT32, Device.CPU, 1, 3, 12, 12);
      Tensor low = Tensor.zeros(DType.FLOAT32, Device.CPU, 1, 3, 11, 64);
      Tensor grey = Tensor.zeros(DType.FLOAT32, Device.CPU, 1, 1, 16, 16);
      assertThat(discriminator.tell(enough, enough).shape()).isEmpty();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> discriminator.fool(low))
          .withMessageContaining("made [1, 3, 11, 64]")
          .withMessageContaining("at least 12 for 2 levels");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> discriminator.tell(low, enough))
          .withMessageContaining("truth [1, 3, 11, 64]");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> discriminator.fool(grey))
          .withMessageContaining("(B, 3, h, w)");
    }
  }

  @Test
  void configurationsOutOfRangeAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PatchConfig(0, 3, 1))
        .withMessage("channels 0: expected 1 to 1024");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PatchConfig(64, 9, 32))
        .withMessage("levels 9: expected 1 to 8");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PatchConfig(64, 3, 24))
        .withMessageContaining("groups 24");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> small(DType.INT64))
        .withMessageContaining("int64: expected FLOAT32 or BFLOAT16");
  }

  @Test
  void aStartWithoutItsWeightsIsRefused() {
    WeightSource nothing =
        new WeightSource() {
          @Override
          public Path origin() {
            return Path.of("nothing");
          }

          @Override
          public Set<String> keys() {
            return Set.of();
          }

          @Override
          public Optional<Tensor> get(String key, long... shape) {
            boolean first = key.contains("first");
            return first ? PatchInitialization.weights(1).get(key, shape) : Optional.empty();
          }
        };
    assertThatThrownBy(() -> new PatchDiscriminator(SMALL, nothing, DType.FLOAT32))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("discriminator.last.bias");
  }
}
