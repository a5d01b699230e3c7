package io.nextscale.train.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.torch.Autograd;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import io.nextscale.train.SmallModels;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.tokenizer.VqVae;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LearntQuantizerTest {
  private long before;

  @BeforeEach
  void count() {
    before = Torch.liveTensors();
  }

  @AfterEach
  void nothingIsLeft() {
    assertThat(Torch.liveTensors()).isEqualTo(before);
  }

  private static VqVae tokenizer(ModelSpec spec) {
    return SmallModels.tokenizer(spec, TokenizerInitialization.weights(3));
  }

  private static Tensor noise(double deviation, long... shape) {
    SplittableRandom random = new SplittableRandom(8);
    float[] values = new float[(int) Tensor.zeros(DType.FLOAT32, Device.CPU, shape).numel()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
    return Tensor.of(values, shape);
  }

  private static void isFloat32Number(Tensor loss) {
    assertThat(loss.dtype()).isEqualTo(DType.FLOAT32);
    assertThat(loss.dim()).isZero();
  }

  /** Tokens and decoder inputs are those of the tokenizer as it is used; so is the loss of them. */
  @ParameterizedTest
  @ValueSource(strings = {"var", "flexvar"})
  void itQuantizesAsTheTokenizerDoes(String family) {
    ModelSpec spec = SmallModels.spec(family);
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      VqVae tokenizer = tokenizer(spec);
      Tensor latent = noise(1, 2, 4, 3, 3);
      LearntQuantizer learnt = new LearntQuantizer(tokenizer.quantizer(), spec.scales());
      Quantized quantized = learnt.quantize(latent, scope);
      var maps = tokenizer.quantize(latent, spec.scales());
      double loss = 0;
      int count = spec.scales().count();
      for (int k = 0; k < count; k++) {
        assertThat(quantized.tokens().get(k)).containsExactly(maps.ofScale(k));
        Tensor made = tokenizer.decoderInput(maps, k + 1);
        Tensor target = family.equals("var") ? latent : learnt.targets(latent).get(k);
        loss += 1.25 * Functional.mseLoss(made, target).toFloats()[0] / count;
      }
      isFloat32Number(quantized.codeLoss());
      assertThat(quantized.codeLoss().toFloats()[0]).isCloseTo((float) loss, within(1e-5f));
      Tensor last = tokenizer.decoderInput(maps, count);
      assertThat(quantized.decoded().getLast().toFloats())
          .containsExactly(last.toFloats(), within(1e-5f));
      assertThat(quantized.decoded()).hasSize(family.equals("var") ? 1 : count);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"var", "flexvar"})
  void gradientsPassOnToTheLatent(String family) {
    ModelSpec spec = SmallModels.spec(family);
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.enabled()) {
      VqVae tokenizer = tokenizer(spec);
      Tensor latent = Autograd.parameter(noise(1, 1, 4, 3, 3));
      LearntQuantizer learnt = new LearntQuantizer(tokenizer.quantizer(), spec.scales());
      Tensor direction = noise(1, 1, 4, 3, 3);
      Tensor decoded = learnt.quantize(latent, scope).decoded().getLast();
      Tensor target = learnt.targets(latent).getLast();
      float[] gradient = gradient(latent, decoded.mul(direction));
      float[] ofTarget = gradient(latent, target.mul(direction));
      assertThat(gradient).containsExactly(ofTarget, within(1e-6f));
      assertThat(gradient).isNotEqualTo(new float[gradient.length]);
    }
  }

  /** Returns the gradient that one backward pass adds. */
  private static float[] gradient(Tensor leaf, Tensor values) {
    float[] already = Autograd.gradient(leaf).map(Tensor::toFloats).orElse(new float[36]);
    Autograd.backward(Functional.mean(values));
    float[] now = Autograd.gradient(leaf).orElseThrow().toFloats();
    for (int i = 0; i < now.length; i++) {
      now[i] -= already[i];
    }
    return now;
  }

  /** A latent that is the same code everywhere: each scale finds it. */
  @Test
  void perfectCodesHaveNoLoss() {
    ModelSpec spec = SmallModels.spec("flexvar");
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      VqVae tokenizer = tokenizer(spec);
      long[] everywhere = new long[9];
      Arrays.fill(everywhere, 5);
      Tensor latent = tokenizer.codes(everywhere, 1, spec.scales().last());
      LearntQuantizer learnt = new LearntQuantizer(tokenizer.quantizer(), spec.scales());
      Quantized quantized = learnt.quantize(latent, scope);
      assertThat(quantized.codeLoss().toFloats()[0]).isCloseTo(0, within(1e-10f));
      assertThat(quantized.tokens().getLast()).containsOnly(5);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"var", "flexvar"})
  void lossesOfTheTokenizerAreFloat32(String family) {
    ModelSpec spec = SmallModels.spec(family);
    TokenizerLoss loss = new TokenizerLoss(spec.tokenizer(), spec.scales(), DType.FLOAT32);
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      VqVae tokenizer = tokenizer(spec);
      Tensor truth = noise(0.5, 2, 3, SmallModels.SIZE, SmallModels.SIZE);
      var plain =
          loss.plain(tokenizer, truth, spec.scales(), new SplittableRandom(1)::nextGaussian);
      isFloat32Number(plain.sum());
      isFloat32Number(plain.codes());
      for (int skipping = 0; skipping <= 2; skipping++) {
        var quantized = loss.quantized(tokenizer, truth, spec.scales(), skipping);
        isFloat32Number(quantized.sum());
        isFloat32Number(quantized.codes());
      }
    }
  }
}
