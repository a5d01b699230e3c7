package io.nextscale.tests;

import io.nextscale.train.transformer.TransformerInitialization;
import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.config.Mamba2Config;
import io.nextscale.var.config.MixerConfig;
import io.nextscale.var.config.ScanOrder;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OpenModel;
import io.nextscale.var.nn.Distribution;
import io.nextscale.var.nn.InitialWeights;
import io.nextscale.var.nn.InitialWeights.Rule;
import java.util.ArrayList;
import java.util.List;

/**
 * Small models whose blocks have Mamba-2 layers: tokenizers of the fixtures, random transformers.
 */
final class MambaModels {
  private static final int WIDTH = 48;
  private static final double GAMMA = 0.5;

  private MambaModels() {}

  /** Our reading of FlexVAR on Mamba; its nine blocks take each zigzag path. */
  static ModelSource flexVarMamba() {
    return of("flexvar-shared-aln", List.of(new MixerConfig.Mamba2(layer(), ScanOrder.ZIGZAG)), 9);
  }

  /** M-VAR. */
  static ModelSource mvar() {
    return of(
        "no-phi-ticks",
        List.of(
            new MixerConfig.ScaleAttention(), new MixerConfig.Mamba2(layer(), ScanOrder.RASTER)),
        2);
  }

  /** Initial weights of a training, but with logits of about 1. */
  private static WeightSource weights(TransformerConfig config) {
    InitialWeights initial = (InitialWeights) TransformerInitialization.weights(config, 3, GAMMA);
    List<Rule> rules = new ArrayList<>();
    rules.add(Rule.ending("head.weight", Distribution.normal(0.2)));
    rules.addAll(initial.rules());
    return new InitialWeights(initial.name(), initial.stream(), rules);
  }

  private static Mamba2Config layer() {
    return new Mamba2Config(WIDTH, 2 * WIDTH, 16, 8, 4);
  }

  private static ModelSource of(String fixture, List<MixerConfig> mixers, int depth) {
    ModelSource tokenizer = ModelSource.folder(Fixture.resource("golden/" + fixture));
    return () -> {
      OpenModel open = tokenizer.open();
      ModelSpec spec = open.spec();
      TransformerConfig transformer =
          spec.transformer().toBuilder()
              .depth(depth)
              .width(WIDTH)
              .heads(2)
              .hiddenWidth(96)
              .mixers(mixers)
              .sharedAdaLn(false)
              .build();
      return new OpenModel(
          new ModelSpec(
              spec.name(),
              spec.tokenizer(),
              transformer,
              spec.scales(),
              spec.classNames(),
              spec.defaults()),
          open.tokenizerWeights(),
          weights(transformer),
          open.files());
    };
  }
}
