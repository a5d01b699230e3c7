package io.nextscale.var.model;

import io.nextscale.var.check.Check;
import io.nextscale.var.config.CodebookForm;
import io.nextscale.var.config.Mamba2Config;
import io.nextscale.var.config.MixerConfig;
import io.nextscale.var.config.NetworkConfig;
import io.nextscale.var.config.QuantizerConfig;
import io.nextscale.var.config.ScanOrder;
import io.nextscale.var.config.TokenizerConfig;
import io.nextscale.var.config.TokenizerLayout;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.scale.Scales;
import java.util.List;

/** Reads the parts of a raster model's configuration, in the keys of the official constructors. */
final class RasterKeys {
  private static final int HIDDEN_MULTIPLE = 256;

  private RasterKeys() {}

  /** Begins LlamaGen's tokenizer ({@code VQModel}); encoder and decoder have equal channels. */
  static TokenizerConfig.Builder tokenizer(ConfigObject vq) {
    List<Integer> multipliers =
        vq.has("ch_mult") ? vq.integers("ch_mult") : vq.integers("encoder_ch_mult");
    return TokenizerConfig.builder(TokenizerLayout.LLAMAGEN, new QuantizerConfig.Single())
        .vocabularySize(vq.integer("codebook_size", 16384))
        .codeWidth(vq.integer("codebook_embed_dim", 8))
        .latentChannels(vq.integer("z_channels", 256))
        .baseChannels(vq.integer("ch", 128))
        .encoderMultipliers(multipliers)
        .decoderMultipliers(
            vq.has("decoder_ch_mult") ? vq.integers("decoder_ch_mult") : multipliers)
        .residualBlocks(vq.integer("num_res_blocks", 2))
        .codebook(vq.flag("codebook_l2_norm", true) ? CodebookForm.UNIT : CodebookForm.EUCLIDEAN);
  }

  /**
   * Reads the grid of the tokens.
   *
   * @param tokens of an image, a square number
   */
  static Scales grid(ConfigObject config, int tokens) {
    int side = (int) Math.round(Math.sqrt(tokens));
    Check.that(
        tokens > 0 && side * side == tokens, "tokens of an image", tokens, "a square number");
    int grid = config.integer("grid", side);
    Check.that(grid == side, "grid", grid, "%s, the side of %s tokens".formatted(side, tokens));
    return Scales.squares(side);
  }

  /** Reads LlamaGen's transformer ({@code ModelArgs}). */
  static TransformerConfig llama(ConfigObject gpt, TokenizerConfig tokenizer) {
    int width = gpt.integer("dim");
    int multiple = gpt.integer("multiple_of", HIDDEN_MULTIPLE);
    Check.range("multiple_of", multiple, 1, 1 << 20);
    int least = (int) (8L * width / 3);
    int hidden = Math.ceilDiv(least, multiple) * multiple;
    int condition = gpt.integer("cls_token_num", 1);
    Check.that(condition == 1, "cls_token_num", condition, "1");
    int heads = gpt.integer("n_head");
    Check.range("n_head", heads, 1, 1 << 10);
    Check.that(width % (4L * heads) == 0, "dim", width, "a multiple of 4 · n_head " + 4L * heads);
    return network(gpt, tokenizer)
        .width(width)
        .heads(heads)
        .hiddenWidth(gpt.integer("hidden", hidden))
        .normEpsilon(gpt.number("norm_eps", 1e-5))
        .network(new NetworkConfig.Llama(gpt.number("rope_base", 10000)))
        .build();
  }

  /**
   * Reads AiM's network ({@code MambaConfig}).
   *
   * @param layer sizes of its Mamba-2 layers
   */
  static TransformerConfig aim(ConfigObject mamba, Mamba2Config layer, TokenizerConfig tokenizer) {
    String kind = mamba.text("layer", "Mamba2");
    Check.that(kind.equals("Mamba2"), "layer", kind, "Mamba2");
    boolean grouped = mamba.flag("adaln_group", false);
    int groups = grouped ? Check.range("num_groups", mamba.integer("num_groups", 4), 1, 256) : 0;
    MixerConfig.Mamba2 mixer = new MixerConfig.Mamba2(layer, ScanOrder.RASTER);
    return network(mamba, tokenizer)
        .width(layer.width())
        .mixers(List.of(mixer))
        .heads(1)
        .hiddenWidth(0)
        .normEpsilon(mamba.number("norm_epsilon", 1e-5))
        .network(new NetworkConfig.Aim(groups, mixer))
        .build();
  }

  /** Begins a network with the keys that both have. */
  private static TransformerConfig.Builder network(ConfigObject keys, TokenizerConfig tokenizer) {
    int codes = keys.integer("vocab_size", tokenizer.vocabularySize());
    Check.that(
        codes == tokenizer.vocabularySize(),
        "vocab_size",
        codes,
        "%s, the codes of the tokenizer".formatted(tokenizer.vocabularySize()));
    return TransformerConfig.builder()
        .depth(keys.integer("n_layer"))
        .classes(keys.integer("num_classes", 1000))
        .normalizedAttention(false)
        .codeWidth(tokenizer.codeWidth())
        .vocabularySize(codes);
  }
}
