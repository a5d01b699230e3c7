package io.nextscale.var.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import org.junit.jupiter.api.Test;

class TokenScoreTest {
  private static final Scales SCALES = Scales.squares(1, 2); // 1 + 4 positions
  private static final int VOCABULARY = 3;

  /** Two images; at each position one logit is 2, the others 0. */
  private static TokenScore score(long[][] truth, int... predicted) {
    float[] logits = new float[predicted.length * VOCABULARY];
    for (int i = 0; i < predicted.length; i++) {
      logits[i * VOCABULARY + predicted[i]] = 2;
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor tensor = Tensor.of(logits, truth.length, SCALES.tokens(), VOCABULARY);
      return TokenScore.of(tensor, new TokenMaps(SCALES, truth));
    }
  }

  @Test
  void meansAreOverImagesAndPositionsOfTheScales() {
    long before = Torch.liveTensors();
    TokenScore score =
        score(new long[][] {{0, 1, 2, 0, 1}, {2, 2, 2, 2, 2}}, 0, 1, 2, 0, 0, 1, 2, 2, 2, 2);
    assertThat(Torch.liveTensors()).isEqualTo(before);
    double right = Math.log(Math.exp(2) + 2) - 2;
    double wrong = Math.log(Math.exp(2) + 2);
    assertThat(score.errorRate(0, 1)).isEqualTo(0.5);
    assertThat(score.errorRate(1, 2)).isEqualTo(1 / 8.0);
    assertThat(score.errorRate(0, 2)).isEqualTo(0.2);
    assertThat(score.accuracy(0, 2)).isEqualTo(0.8);
    assertThat(score.crossEntropy(0, 1)).isCloseTo((right + wrong) / 2, within(1e-6));
    assertThat(score.crossEntropy(1, 2)).isCloseTo((7 * right + wrong) / 8, within(1e-6));
    assertThat(score.crossEntropy(0, 2)).isCloseTo((8 * right + 2 * wrong) / 10, within(1e-6));
  }

  @Test
  void imagesAreScoredTogetherAsTheyAreApart() {
    long[][] truth = {{0, 1, 2, 0, 1}, {2, 2, 2, 2, 2}};
    TokenScore both = score(truth, 0, 1, 2, 0, 0, 1, 2, 2, 2, 2);
    TokenScore apart =
        TokenScore.none(SCALES)
            .plus(score(new long[][] {truth[0]}, 0, 1, 2, 0, 0))
            .plus(score(new long[][] {truth[1]}, 1, 2, 2, 2, 2));
    assertThat(apart.accuracy(0, 2)).isEqualTo(both.accuracy(0, 2));
    assertThat(apart.crossEntropy(1, 2)).isCloseTo(both.crossEntropy(1, 2), within(1e-12));
  }

  /** Of equal logits the first one counts as the most probable. */
  @Test
  void tiesGoToTheFirstToken() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor logits = Tensor.of(new float[3], 1, 1, VOCABULARY);
      Scales one = Scales.squares(1);
      assertThat(TokenScore.of(logits, new TokenMaps(one, new long[][] {{0}})).errorRate(0, 1))
          .isZero();
      assertThat(TokenScore.of(logits, new TokenMaps(one, new long[][] {{1}})).errorRate(0, 1))
          .isEqualTo(1);
    }
  }
}
