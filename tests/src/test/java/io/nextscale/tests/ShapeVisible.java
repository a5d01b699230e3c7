package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.var.config.CodebookForm;
import io.nextscale.var.config.QuantizerConfig;
import io.nextscale.var.config.TokenizerConfig;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.model.ModelSpec;
import java.util.OptionalInt;

/**
 * Reduces configurations to the part that shows in the shapes of weights; the rest is as in the
 * published models.
 */
final class ShapeVisible {
  private ShapeVisible() {}

  /** Asserts that a model inferred from shapes is the one that its configuration describes. */
  static void assertInferred(ModelSpec inferred, ModelSpec told) {
    assertThat(inferred.scales()).isEqualTo(told.scales());
    assertThat(inferred.defaults()).isEqualTo(told.defaults());
    assertThat(inferred.tokenizer()).isEqualTo(of(told.tokenizer()));
    assertThat(inferred.transformer()).isEqualTo(of(told.transformer()));
  }

  static TokenizerConfig of(TokenizerConfig told) {
    QuantizerConfig quantizer =
        switch (told.quantizer()) {
          case QuantizerConfig.GroundTruth groundTruth -> groundTruth;
          case QuantizerConfig.Single single -> single;
          // the ratio of a convolution has no shape
          case QuantizerConfig.Residual residual ->
              residual.phiRatio() == 0
                  ? new QuantizerConfig.Residual(0, OptionalInt.of(1))
                  : new QuantizerConfig.Residual(0.5, residual.sharedPhis());
        };
    boolean unit = told.codebook() == CodebookForm.UNIT;
    return told.toBuilder()
        .normGroups(32)
        .normEpsilon(1e-6)
        .codebook(unit ? CodebookForm.UNIT : CodebookForm.EUCLIDEAN)
        .quantizer(quantizer)
        .build();
  }

  static TransformerConfig of(TransformerConfig told) {
    return told.toBuilder()
        // only normalized attention has a weight for each head; published models have depth heads
        .heads(told.normalizedAttention() ? told.heads() : told.depth())
        .normEpsilon(1e-6)
        .build();
  }
}
