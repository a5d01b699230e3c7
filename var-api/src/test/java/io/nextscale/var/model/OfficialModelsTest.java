package io.nextscale.var.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.config.CodebookForm;
import io.nextscale.var.config.Mamba2Config;
import io.nextscale.var.config.MixerConfig;
import io.nextscale.var.config.NetworkConfig;
import io.nextscale.var.config.PositionsConfig;
import io.nextscale.var.config.QuantizerConfig;
import io.nextscale.var.config.ScanOrder;
import io.nextscale.var.config.TokenizerConfig;
import io.nextscale.var.config.TokenizerLayout;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.raster.AimNetwork;
import io.nextscale.var.raster.LlamaNetwork;
import io.nextscale.var.sampling.GreedyGrids;
import io.nextscale.var.sampling.Guidance;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.transformer.VarTransformer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes and hyperparameters of the papers and of the published code. */
class OfficialModelsTest {
  @Test
  void knowsThePublishedModels() {
    assertThat(OfficialModels.names())
        .containsExactly(
            "aim-b",
            "aim-l",
            "aim-xl",
            "flexvar-d16",
            "flexvar-d20",
            "flexvar-d24",
            "flexvar-mamba-d16",
            "flexvar-mamba-d20",
            "llamagen-c2i-3b-384",
            "llamagen-c2i-b-256",
            "llamagen-c2i-b-384",
            "llamagen-c2i-l-256",
            "llamagen-c2i-l-384",
            "llamagen-c2i-xl-384",
            "llamagen-c2i-xxl-384",
            "mvar-d16",
            "mvar-d20",
            "mvar-d24",
            "mvar-d32",
            "var-d16",
            "var-d20",
            "var-d24",
            "var-d30",
            "var-d36-s");
    assertThatThrownBy(() -> OfficialModels.preset("flexvar-d30"))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("flexvar-d24, flexvar-mamba-d16");
  }

  /**
   * The published numbers of parameters in millions: tables of LlamaGen's and AiM's READMEs, and of
   * M-VAR's paper, whose abstract says 1.5 billion of {@code d24}.
   */
  @ParameterizedTest
  @CsvSource({
    "llamagen-c2i-b-256, 111, 256",
    "llamagen-c2i-b-384, 111, 576",
    "llamagen-c2i-l-256, 343, 256",
    "llamagen-c2i-l-384, 343, 576",
    "llamagen-c2i-xl-384, 775, 576",
    "llamagen-c2i-xxl-384, 1411, 576",
    "llamagen-c2i-3b-384, 3096, 576",
    "aim-b, 148, 256",
    "aim-l, 350, 256",
    "aim-xl, 763, 256",
    "mvar-d16, 464, 680",
    "mvar-d24, 1550, 680"
  })
  void countsThePublishedParameters(String name, int millions, int tokens) {
    ModelSpec spec = OfficialModels.preset(name);
    assertThat(parameters(spec) / 1e6).isCloseTo(millions, within(Math.max(0.5, millions * 5e-3)));
    assertThat(spec.scales().tokens()).isEqualTo(tokens);
    assertThat(spec.classNames()).hasSize(1000);
  }

  /**
   * Our reading of the paper's ablation (FlexVAR, section 4.4), which says 370 and 700 million
   * parameters, rounded, and not how the layers are made up.
   */
  @ParameterizedTest
  @CsvSource({"16, 370e6", "20, 700e6"})
  void flexVarOnMamba(int depth, double published) {
    ModelSpec spec = OfficialModels.preset("flexvar-mamba-d" + depth);
    TransformerConfig transformer = spec.transformer();
    TransformerConfig attention =
        OfficialModels.preset("flexvar-d" + depth).transformer().toBuilder().heads(1).build();
    Mamba2Config layer = new Mamba2Config(64 * depth, 128 * depth, 64, 128, 4);
    assertThat(transformer)
        .isEqualTo(
            attention.toBuilder()
                .mixers(List.of(new MixerConfig.Mamba2(layer, ScanOrder.ZIGZAG)))
                .build());
    double count = parameters(spec);
    System.out.printf(
        "  flexvar-mamba-d%s: %.1f million parameters, %.1f %% from %.0f million%n",
        depth, count / 1e6, 100 * (count / published - 1), published / 1e6);
    assertThat(count / published).isBetween(0.95, 1.0);
  }

  /**
   * Blocks of M-VAR: attention within a scale, then Mamba-2; the smaller ones without normalization
   * of queries and keys.
   */
  @ParameterizedTest
  @CsvSource({"16, false", "20, false", "24, true", "32, true"})
  void mvar(int depth, boolean normalized) {
    TransformerConfig var = OfficialModels.preset("var-d16").transformer();
    Mamba2Config layer = new Mamba2Config(64 * depth, 128 * depth, 64, 64, 4);
    assertThat(OfficialModels.preset("mvar-d" + depth).transformer())
        .isEqualTo(
            var.toBuilder()
                .depth(depth)
                .width(64 * depth)
                .heads(depth)
                .hiddenWidth(256 * depth)
                .normalizedAttention(normalized)
                .mixers(
                    List.of(
                        new MixerConfig.ScaleAttention(),
                        new MixerConfig.Mamba2(layer, ScanOrder.RASTER)))
                .build());
  }

  /**
   * Counts what the network reads. A table of positions, under 0.2 % of it, is left out: it is
   * computed on reading, which tensors without memory do not allow.
   */
  private static double parameters(ModelSpec spec) {
    CountedWeights counted = new CountedWeights();
    TransformerConfig config = spec.transformer();
    if (config.positions() instanceof PositionsConfig.Table) {
      config = config.toBuilder().positions(new PositionsConfig.Grid(1)).build();
    }
    try (TensorScope scope = TensorScope.open()) {
      WeightReader reader = new WeightReader(counted, Device.META, DType.FLOAT32);
      switch (config.network()) {
        case NetworkConfig.NextScale next -> VarTransformer.read(reader, config, spec.scales());
        case NetworkConfig.Llama llama ->
            LlamaNetwork.read(reader, config, llama, spec.scales().last());
        case NetworkConfig.Aim aim -> AimNetwork.read(reader, config, aim, spec.scales().last());
      }
    }
    return counted.elements;
  }

  /** Weights without memory, whose elements are counted. */
  private static final class CountedWeights implements WeightSource {
    private long elements;

    @Override
    public Path origin() {
      return Path.of("counted");
    }

    @Override
    public Set<String> keys() {
      return Set.of();
    }

    @Override
    public Optional<Tensor> get(String key, long... shape) {
      Tensor weight = Tensor.empty(DType.FLOAT32, Device.META, shape);
      elements += weight.numel();
      return Optional.of(weight);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 20, 24})
  void flexVar(int depth) {
    ModelSpec spec = OfficialModels.preset("flexvar-d" + depth);
    TransformerConfig transformer = spec.transformer();
    assertThat(transformer)
        .isEqualTo(
            TransformerConfig.builder()
                .depth(depth)
                .width(64 * depth)
                .heads(depth)
                .hiddenWidth(256 * depth)
                .classes(1000)
                .normEpsilon(1e-6)
                .positions(new PositionsConfig.Grid(32))
                .codeWidth(32)
                .vocabularySize(8912)
                .build());
    TokenizerConfig tokenizer = spec.tokenizer();
    assertThat(tokenizer.layout()).isEqualTo(TokenizerLayout.LLAMAGEN);
    assertThat(tokenizer.vocabularySize()).isEqualTo(8912);
    assertThat(tokenizer.codeWidth()).isEqualTo(32);
    assertThat(tokenizer.latentChannels()).isEqualTo(256);
    assertThat(tokenizer.baseChannels()).isEqualTo(128);
    assertThat(tokenizer.encoderMultipliers()).containsExactly(1, 1, 2, 2, 4);
    assertThat(tokenizer.decoderMultipliers()).containsExactly(1, 1, 2, 2, 4);
    assertThat(tokenizer.quantConvKernel()).isEqualTo(1);
    assertThat(tokenizer.codebook()).isEqualTo(CodebookForm.UNIT);
    assertThat(tokenizer.quantizer()).isEqualTo(new QuantizerConfig.GroundTruth());
    assertThat(tokenizer.downsampling()).isEqualTo(16);
    assertThat(spec.scales()).isEqualTo(Scales.squares(1, 2, 3, 4, 5, 6, 8, 10, 13, 16));
    assertThat(spec.imageSize()).isEqualTo(new ImageSize(256, 256));
    assertThat(spec.hasFreeScales()).isTrue();
    assertThat(spec.defaults().guidance()).isEqualTo(Guidance.flexRamp(2.5, 16));
    assertThat(spec.defaults().sampling().topK()).hasValue(900);
    assertThat(spec.defaults().sampling().topP()).hasValue(.95);
    assertThat(spec.defaults().sampling().greedyGrids()).isEqualTo(GreedyGrids.published(16));
    assertThat(spec.defaults().sampling().excludedCodes()).isEmpty();
  }

  @Test
  void var() {
    ModelSpec spec = OfficialModels.preset("var-d30");
    assertThat(spec.hasFreeScales()).isFalse();
    assertThat(spec.transformer().positions()).isEqualTo(new PositionsConfig.Table());
    assertThat(spec.tokenizer().quantizer())
        .isEqualTo(new QuantizerConfig.Residual(.5, OptionalInt.of(4)));
    assertThat(spec.tokenizer().codebook()).isEqualTo(CodebookForm.EUCLIDEAN);
    assertThat(spec.defaults().sampling().greedyGrids()).isEqualTo(GreedyGrids.none());
    ModelSpec large = OfficialModels.preset("var-d36-s");
    assertThat(large.imageSize()).isEqualTo(new ImageSize(512, 512));
    assertThat(large.transformer().sharedAdaLn()).isTrue();
  }

  @Test
  void partsOfTwoFamiliesDoNotFit() {
    ModelSpec flex = OfficialModels.preset("flexvar-d16");
    ModelSpec var = OfficialModels.preset("var-d16");
    assertThatThrownBy(() -> joined(flex, var))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a FlexVAR tokenizer with the transformer of a VAR model");
    assertThatThrownBy(() -> joined(var, flex))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a VAR tokenizer with the transformer of a FlexVAR model");
  }

  private static ModelSpec joined(ModelSpec tokenizer, ModelSpec transformer) {
    return new ModelSpec(
        "both",
        tokenizer.tokenizer(),
        transformer.transformer(),
        tokenizer.scales(),
        List.of(),
        tokenizer.defaults());
  }

  @Test
  void warnsAboveThreeTimesTheTrainedSize() {
    ModelSpec spec = OfficialModels.preset("flexvar-d16");
    assertThat(spec.warnings(spec.scales())).isEmpty();
    assertThat(spec.warnings(Scales.squares(1, 32))).isEmpty();
    assertThat(spec.warnings(Scales.parse("1,8x48"))).isEmpty();
    assertThat(spec.warnings(Scales.parse("1,8x49")))
        .containsExactly(
            "images of 128x784 are more than 3 times the trained 256x256: at such sizes the"
                + " FlexVAR paper saw wavy artifacts and blurred detail");
    assertThat(spec.warnings(Scales.parse("1,49x8"))).hasSize(1);
  }
}
