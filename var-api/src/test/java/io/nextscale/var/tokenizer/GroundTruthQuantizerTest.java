package io.nextscale.var.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.config.CodebookForm;
import io.nextscale.var.scale.Scales;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroundTruthQuantizerTest {
  private static final double HALF = Math.sqrt(0.5);

  /** Four codes in the plane: right, up, left, and the diagonal. */
  private static GroundTruthQuantizer quantizer() {
    float[] codes = {1, 0, 0, 1, -1, 0, (float) HALF, (float) HALF};
    Tensor stored = Tensor.of(codes, 4, 2);
    Tensor norms = Functional.sum(stored.mul(stored), 1, false);
    return new GroundTruthQuantizer(
        new Codebook(stored, stored.transpose(0, 1).contiguous(), norms, CodebookForm.UNIT));
  }

  private static List<long[]> tokens(Tensor latent, Scales scales) {
    List<long[]> all = new ArrayList<>();
    quantizer().quantize(latent, scales, (k, tokens, decoderInput) -> all.add(tokens.toLongs()));
    return all;
  }

  /** A 2x3 latent, of any length: right, up, left; diagonal, up, right. */
  private static Tensor latent() {
    float[] x = {5, 0, -3, 2, 0, .1f};
    float[] y = {0, 7, 0, 2, .2f, 0};
    float[] both = new float[12];
    System.arraycopy(x, 0, both, 0, 6);
    System.arraycopy(y, 0, both, 6, 6);
    return Tensor.of(both, 1, 2, 2, 3);
  }

  @Test
  void lengthDoesNotCount() {
    try (TensorScope scope = TensorScope.open()) {
      assertThat(tokens(latent(), Scales.parse("2x3")).getFirst())
          .containsExactly(0, 1, 2, 3, 1, 0);
    }
  }

  @Test
  void aLargerScaleRepeatsTheLatent() {
    try (TensorScope scope = TensorScope.open()) {
      assertThat(tokens(latent(), Scales.parse("4x6")).getFirst())
          .containsExactly(
              0, 0, 1, 1, 2, 2, //
              0, 0, 1, 1, 2, 2, //
              3, 3, 1, 1, 0, 0, //
              3, 3, 1, 1, 0, 0);
    }
  }

  /** The mean of all is (4.1, 9.2) / 6: nearest to the diagonal. Each scale from the latent. */
  @Test
  void aSmallerScaleIsTheMeanWhateverTheOthersAre() {
    try (TensorScope scope = TensorScope.open()) {
      List<long[]> all = tokens(latent(), Scales.parse("1,1x3,2x3"));
      assertThat(all.get(0)).containsExactly(3);
      // columns: (3.5, 1) right, (0, 3.6) up, (-1.45, 0) left
      assertThat(all.get(1)).containsExactly(0, 1, 2);
      assertThat(all.get(2)).containsExactly(0, 1, 2, 3, 1, 0);
    }
  }

  @Test
  void theStepForgetsAllButTheLastScale() {
    try (TensorScope scope = TensorScope.open()) {
      GroundTruthQuantizer quantizer = quantizer();
      Scales scales = Scales.parse("1,1x2,3x4");
      ScaleStep step = quantizer.begin(scales);
      assertThatThrownBy(step::decoderInput).isInstanceOf(IllegalStateException.class);
      step.accept(0, quantizer.codebook().lookUp(Tensor.of(new long[] {2}, 1, 1), 1, 1));
      Tensor codes = quantizer.codebook().lookUp(Tensor.of(new long[] {0, 1}, 1, 2), 1, 2);
      step.accept(1, codes);
      assertThat(step.decoderInput()).isSameAs(codes);
      Tensor input = step.input(2);
      assertThat(input.shape()).containsExactly(1, 2, 3, 4);
      assertThat(input.toFloats())
          .containsExactly(Layers.upsampleBicubic2d(codes, 3, 4).toFloats());
      // every row is the same: from right to up
      assertThat(input.toFloats()[0]).isGreaterThan(0.9f);
      assertThat(input.toFloats()[3]).isLessThan(0.1f);
    }
  }

  /** The published loop normalises always, whether or not the tokenizer does. */
  @Test
  void inputsHaveUnitLengthEvenIfCodesDoNot() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor stored = Tensor.of(new float[] {3, 4}, 1, 2);
      Codebook book =
          new Codebook(
              stored,
              stored.transpose(0, 1).contiguous(),
              Tensor.of(new float[] {25}, 1),
              CodebookForm.EUCLIDEAN);
      ScaleStep step = new GroundTruthQuantizer(book).begin(Scales.squares(1, 2));
      step.accept(0, book.lookUp(Tensor.of(new long[] {0}, 1, 1), 1, 1));
      assertThat(step.decoderInput().toFloats()).containsExactly(3, 4);
      assertThat(step.input(1).toFloats()).containsExactly(.6f, .6f, .6f, .6f, .8f, .8f, .8f, .8f);
    }
  }
}
