package io.nextscale.var.model;

import io.nextscale.var.config.CodebookForm;
import io.nextscale.var.config.PositionsConfig;
import io.nextscale.var.config.QuantizerConfig;
import io.nextscale.var.config.TokenizerConfig;
import io.nextscale.var.config.TokenizerLayout;
import io.nextscale.var.sampling.GreedyGrids;
import io.nextscale.var.sampling.Guidance;
import io.nextscale.var.sampling.Sampling;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * Configuration keys and defaults that the two official repositories do not share. Only readers of
 * configurations ask for the family, {@link ConfigFile} and {@link ShapeInference}: a model does
 * not know it.
 */
enum Family {
  /** FoundationVision/VAR: {@code models/vqvae.py}, {@code models/var.py}. */
  VAR("VAR") {
    @Override
    TokenizerConfig.Builder tokenizer(ConfigObject vae) {
      int channels = vae.integer("z_channels");
      int shared = vae.integer("share_quant_resi", 4);
      QuantizerConfig quantizer =
          new QuantizerConfig.Residual(
              vae.number("quant_resi", 0.5),
              shared == 0 ? OptionalInt.empty() : OptionalInt.of(shared));
      return TokenizerConfig.builder(TokenizerLayout.VAR, quantizer)
          .vocabularySize(vae.integer("vocab_size"))
          .codeWidth(channels)
          .latentChannels(channels)
          .baseChannels(vae.integer("ch"))
          .encoderMultipliers(vae.integers("ch_mult"))
          .decoderMultipliers(vae.integers("ch_mult"))
          .residualBlocks(vae.integer("num_res_blocks"))
          .quantConvKernel(3)
          .codebook(vae.flag("using_znorm", false) ? CodebookForm.COSINE : CodebookForm.EUCLIDEAN);
    }

    @Override
    PositionsConfig positions(ConfigObject transformer) {
      return new PositionsConfig.Table();
    }

    /** The official evaluation settings: cfg 1.5, top-k 900, top-p 0.96 (README of VAR). */
    @Override
    SamplingDefaults defaults(int vocabulary) {
      return new SamplingDefaults(Guidance.ramp(1.5), Sampling.of(Math.min(900, vocabulary), 0.96));
    }
  },

  /** jiaosiyu1999/FlexVAR: {@code models/vq_llama.py}, {@code models/flexvar.py}. */
  FLEXVAR("FlexVAR") {
    private static final int TRAINED_PATCH_NUMBER = 16;

    @Override
    TokenizerConfig.Builder tokenizer(ConfigObject vae) {
      return TokenizerConfig.builder(TokenizerLayout.LLAMAGEN, new QuantizerConfig.GroundTruth())
          .vocabularySize(vae.integer("codebook_size"))
          .codeWidth(vae.integer("codebook_embed_dim"))
          .latentChannels(vae.integer("z_channels", 256))
          .baseChannels(vae.integer("ch", 128))
          .encoderMultipliers(vae.integers("encoder_ch_mult"))
          .decoderMultipliers(vae.integers("decoder_ch_mult"))
          .residualBlocks(vae.integer("num_res_blocks", 2))
          .quantConvKernel(1)
          .codebook(
              vae.flag("codebook_l2_norm", true) ? CodebookForm.UNIT : CodebookForm.EUCLIDEAN);
    }

    @Override
    PositionsConfig positions(ConfigObject transformer) {
      return new PositionsConfig.Grid(
          transformer.integer("pos_grid", OfficialModels.POSITION_GRID));
    }

    /**
     * The official evaluation settings: cfg 2.5 with its ramp, top-k 900, top-p 0.95, greedy at
     * untrained grids ({@code eval_c2i.py} and {@code scripts/evaluate_c2i.sh} at 04462cb).
     */
    @Override
    SamplingDefaults defaults(int vocabulary) {
      return new SamplingDefaults(
          Guidance.flexRamp(2.5, TRAINED_PATCH_NUMBER),
          Sampling.of(Math.min(900, vocabulary), 0.95)
              .withGreedyGrids(GreedyGrids.published(TRAINED_PATCH_NUMBER)));
    }
  };

  private final String label;

  Family(String label) {
    this.label = label;
  }

  /** Begins a tokenizer with the keys and defaults that only this family has. */
  abstract TokenizerConfig.Builder tokenizer(ConfigObject vae);

  /** Reads the kind of the transformer's position embeddings. */
  abstract PositionsConfig positions(ConfigObject transformer);

  /** Settings of requests for a configuration that names none. */
  abstract SamplingDefaults defaults(int vocabulary);

  /** Name of the family for people. */
  @Override
  public String toString() {
    return label;
  }

  /** Value of the key "family", which also begins the names of models. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Reads the key "family"; without it a configuration is one of VAR.
   *
   * @throws IllegalArgumentException if it names no family
   */
  static Family of(ConfigObject config) {
    String key = config.text("family", VAR.key());
    return Arrays.stream(values())
        .filter(family -> family.key().equals(key))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "family \"%s\": expected \"var\" or \"flexvar\"".formatted(key)));
  }
}
