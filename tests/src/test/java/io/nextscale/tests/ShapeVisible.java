package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.tokenizer.CodebookForm;
import io.nextscale.var.tokenizer.QuantizerConfig;
import io.nextscale.var.tokenizer.TokenizerConfig;
import io.nextscale.var.transformer.TransformerConfig;

/** What the shapes of weights show of a configuration; the rest is as in the published models. */
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
    return new TokenizerConfig(
        told.layout(),
        told.vocabularySize(),
        told.codeWidth(),
        told.latentChannels(),
        told.baseChannels(),
        told.encoderMultipliers(),
        told.decoderMultipliers(),
        told.residualBlocks(),
        told.lowAttention(),
        told.middleAttention(),
        32,
        1e-6,
        told.quantConvKernel(),
        told.codebook() == CodebookForm.UNIT ? CodebookForm.UNIT : CodebookForm.EUCLIDEAN,
        switch (told.quantizer()) {
          case QuantizerConfig.GroundTruth groundTruth -> groundTruth;
          // the share of a convolution has no shape
          case QuantizerConfig.Residual residual ->
              residual.phiRatio() == 0
                  ? new QuantizerConfig.Residual(0, 1)
                  : new QuantizerConfig.Residual(0.5, residual.phiSharing());
        });
  }

  static TransformerConfig of(TransformerConfig told) {
    return new TransformerConfig(
        told.depth(),
        told.width(),
        // only the scales of normalised attention have one entry a head; else as published: the
        // depth
        told.normalizedAttention() ? told.heads() : told.depth(),
        told.hiddenWidth(),
        told.classes(),
        1e-6,
        told.sharedAdaLn(),
        told.normalizedAttention(),
        told.positionGrid(),
        told.codeWidth(),
        told.vocabularySize());
  }
}
