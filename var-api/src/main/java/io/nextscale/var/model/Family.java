package io.nextscale.var.model;

import io.nextscale.var.check.Check;
import io.nextscale.var.config.CodebookForm;
import io.nextscale.var.config.Mamba2Config;
import io.nextscale.var.config.MixerConfig;
import io.nextscale.var.config.PositionsConfig;
import io.nextscale.var.config.QuantizerConfig;
import io.nextscale.var.config.ScanOrder;
import io.nextscale.var.config.TokenizerConfig;
import io.nextscale.var.config.TokenizerLayout;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.sampling.GreedyGrids;
import io.nextscale.var.sampling.Guidance;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.scale.Scales;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Configuration keys and defaults that the official repositories do not share. Only readers of
 * configurations ask for the family, {@link ConfigFile} and {@link ShapeInference}: a model does
 * not know it.
 */
enum Family {
  /** FoundationVision/VAR: {@code models/vqvae.py}, {@code models/var.py}. */
  VAR("VAR") {
    @Override
    Family ofTokenizer() {
      return this;
    }

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
    Family ofTokenizer() {
      return this;
    }

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
  },

  /**
   * OliverRensu/MVAR: {@code models/mvar.py}. Tokenizer, positions and settings are VAR's; a block
   * has attention within a scale, then Mamba-2 over all scales.
   */
  MVAR("M-VAR") {
    @Override
    Family ofTokenizer() {
      return VAR;
    }

    /** The sizes are constants of the official code. */
    @Override
    List<MixerConfig> mixers(ConfigObject mamba, int width) {
      return List.of(
          new MixerConfig.ScaleAttention(),
          new MixerConfig.Mamba2(mamba2(mamba, width, 64), ScanOrder.RASTER));
    }
  },

  /**
   * Our reading of FlexVAR on Mamba (section 4.4 and appendix B of its paper), of which neither
   * code nor weights were published: Mamba-2 along zigzag paths in place of attention.
   */
  FLEXVAR_MAMBA("FlexVAR-Mamba") {
    @Override
    Family ofTokenizer() {
      return FLEXVAR;
    }

    @Override
    List<MixerConfig> mixers(ConfigObject mamba, int width) {
      return List.of(new MixerConfig.Mamba2(mamba2(mamba, width, 128), ScanOrder.ZIGZAG));
    }

    @Override
    int heads(ConfigObject transformer) {
      return 1;
    }
  },

  /**
   * FoundationVision/LlamaGen, class-conditional: {@code autoregressive/models/gpt.py} over one
   * grid of tokens, in the keys of its {@code ModelArgs} and {@code VQModel}.
   */
  LLAMAGEN_C2I("LlamaGen", "vq", "gpt") {
    @Override
    Family ofTokenizer() {
      return FLEXVAR;
    }

    @Override
    TokenizerConfig.Builder tokenizer(ConfigObject vae) {
      return RasterKeys.tokenizer(vae);
    }

    @Override
    Optional<Scales> scales(ConfigObject config) {
      return Optional.of(RasterKeys.grid(config, config.object("gpt").integer("block_size")));
    }

    @Override
    TransformerConfig network(ConfigObject config, TokenizerConfig tokenizer) {
      return RasterKeys.llama(config.object("gpt"), tokenizer);
    }

    /** The official evaluation settings of the small models: cfg 2, all codes. */
    @Override
    SamplingDefaults defaults(int vocabulary) {
      return new SamplingDefaults(Guidance.aboveOne(2), Sampling.all());
    }
  },

  /**
   * hp-l33/AiM: {@code models/aim.py}, in the keys of its {@code MambaConfig} and {@code VQModel}.
   */
  AIM("AiM", "vq", "mamba") {
    @Override
    Family ofTokenizer() {
      return FLEXVAR;
    }

    @Override
    TokenizerConfig.Builder tokenizer(ConfigObject vae) {
      return RasterKeys.tokenizer(vae);
    }

    @Override
    Optional<Scales> scales(ConfigObject config) {
      return Optional.of(
          RasterKeys.grid(config, config.object("mamba").integer("num_tokens", 256)));
    }

    @Override
    TransformerConfig network(ConfigObject config, TokenizerConfig tokenizer) {
      ConfigObject mamba = config.object("mamba");
      return RasterKeys.aim(mamba, mamba2(mamba, mamba.integer("d_model"), 128), tokenizer);
    }

    /** The settings of the README: cfg 5, top-k 600, top-p 0.98. */
    @Override
    SamplingDefaults defaults(int vocabulary) {
      return new SamplingDefaults(
          Guidance.constant(5), Sampling.of(Math.min(600, vocabulary), 0.98));
    }
  };

  private final String label;
  private final String tokenizerKey;
  private final String networkKey;

  Family(String label) {
    this(label, "vae", "transformer");
  }

  Family(String label, String tokenizerKey, String networkKey) {
    this.label = label;
    this.tokenizerKey = tokenizerKey;
    this.networkKey = networkKey;
  }

  /** The family whose tokenizer this one has, and its positions and settings unless it has own. */
  abstract Family ofTokenizer();

  /** Begins a tokenizer with the keys and defaults that only this family has. */
  TokenizerConfig.Builder tokenizer(ConfigObject vae) {
    return ofTokenizer().tokenizer(vae);
  }

  /** Reads the kind of the transformer's position embeddings. */
  PositionsConfig positions(ConfigObject transformer) {
    return ofTokenizer().positions(transformer);
  }

  /** Settings of requests for a configuration that names none. */
  SamplingDefaults defaults(int vocabulary) {
    return ofTokenizer().defaults(vocabulary);
  }

  /** Key of the object that describes the tokenizer. */
  String tokenizerKey() {
    return tokenizerKey;
  }

  /** Key of the object that describes the network. */
  String networkKey() {
    return networkKey;
  }

  /** Reads the scales of the training, if the configuration has them. */
  Optional<Scales> scales(ConfigObject config) {
    return config.has("patch_nums")
        ? Optional.of(
            Scales.squares(config.integers("patch_nums").stream().mapToInt(i -> i).toArray()))
        : Optional.empty();
  }

  /** Reads the network of a whole configuration. */
  TransformerConfig network(ConfigObject config, TokenizerConfig tokenizer) {
    ConfigObject keys = config.object(networkKey());
    int width = keys.integer("embed_dim");
    double ratio = keys.has("mlp_ratio") ? keys.number("mlp_ratio") : 4;
    TransformerConfig.Builder transformer =
        TransformerConfig.builder()
            .depth(keys.integer("depth"))
            .width(width)
            .mixers(mixers(config.optionalObject("mamba"), width))
            .heads(heads(keys))
            .hiddenWidth((int) Math.rint(width * ratio)) // Python's round
            .classes(keys.integer("num_classes"))
            .positions(positions(keys))
            .codeWidth(tokenizer.codeWidth())
            .vocabularySize(tokenizer.vocabularySize());
    keys.ifNumber("norm_eps", transformer::normEpsilon);
    keys.ifFlag("shared_aln", transformer::sharedAdaLn);
    keys.ifFlag("attn_l2_norm", transformer::normalizedAttention);
    return transformer.build();
  }

  /**
   * Reads the mixers of a block.
   *
   * @param mamba the object "mamba", the arguments of the official {@code Mamba2}; may be empty
   * @param width of the transformer
   */
  List<MixerConfig> mixers(ConfigObject mamba, int width) {
    return List.of(new MixerConfig.Attention());
  }

  /** Reads the number of attention heads; 1 in a family without attention. */
  int heads(ConfigObject transformer) {
    return transformer.integer("num_heads");
  }

  private static Mamba2Config mamba2(ConfigObject mamba, int width, int stateWidth) {
    int groups = mamba.integer("ngroups", 1);
    Check.that(groups == 1, "ngroups", groups, "1");
    int expand = mamba.integer("expand", 2);
    return new Mamba2Config(
        width,
        width * Check.range("expand", expand, 1, 16),
        mamba.integer("headdim", 64),
        mamba.integer("d_state", stateWidth),
        mamba.integer("d_conv", 4));
  }

  /** Name of the family for people. */
  @Override
  public String toString() {
    return label;
  }

  /** Value of the key "family", which also begins the names of models. */
  String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
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
                    "family \"%s\": expected one of %s"
                        .formatted(key, Arrays.stream(values()).map(Family::key).toList())));
  }
}
