package io.nextscale.var.model;

import io.nextscale.var.generate.Sampling;
import io.nextscale.var.json.Json;
import io.nextscale.var.json.JsonException;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.tokenizer.CodebookForm;
import io.nextscale.var.tokenizer.QuantizerConfig;
import io.nextscale.var.tokenizer.TokenizerConfig;
import io.nextscale.var.tokenizer.TokenizerLayout;
import io.nextscale.var.transformer.TransformerConfig;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a model folder's {@code config.json}; its keys are those of the official code's
 * constructors.
 */
public final class ConfigFile {
  private ConfigFile() {}

  /**
   * The model that a configuration describes.
   *
   * @param source its name, for messages
   * @throws ModelException naming the key, its value and what is allowed
   */
  public static ModelSpec parse(String source, byte[] utf8) {
    try {
      return read(ConfigObject.of(source, Json.parse(utf8)));
    } catch (JsonException | IllegalArgumentException e) {
      throw new ModelException(source + ": " + e.getMessage(), e);
    }
  }

  /**
   * The tokenizer that a configuration describes, whatever else it says.
   *
   * @param source its name, for messages
   * @throws ModelException naming the key, its value and what is allowed
   */
  static TokenizerSpec parseTokenizer(String source, byte[] utf8) {
    try {
      ConfigObject config = ConfigObject.of(source, Json.parse(utf8));
      TokenizerConfig tokenizer = tokenizer(config);
      Scales scales = config.has("patch_nums") ? scales(config) : OfficialModels.SCALES_256;
      return new TokenizerSpec(config.text("name", "unnamed"), tokenizer, scales);
    } catch (JsonException | IllegalArgumentException e) {
      throw new ModelException(source + ": " + e.getMessage(), e);
    }
  }

  /**
   * The scales that a configuration names, whatever else it says.
   *
   * @param source its name, for messages
   * @return null if it names none
   * @throws ModelException naming the key, its value and what is allowed
   */
  public static @Nullable Scales parseScales(String source, byte[] utf8) {
    try {
      ConfigObject config = ConfigObject.of(source, Json.parse(utf8));
      return config.has("patch_nums") ? scales(config) : null;
    } catch (JsonException | IllegalArgumentException e) {
      throw new ModelException(source + ": " + e.getMessage(), e);
    }
  }

  private static boolean isFlexVar(ConfigObject config) {
    String family = config.text("family", "var");
    if (!family.equals("var") && !family.equals("flexvar")) {
      throw new IllegalArgumentException(
          "family \"" + family + "\": expected \"var\" or \"flexvar\"");
    }
    return family.equals("flexvar");
  }

  private static TokenizerConfig tokenizer(ConfigObject config) {
    ConfigObject vae = config.object("vae");
    return isFlexVar(config) ? flexVarTokenizer(vae) : varTokenizer(vae);
  }

  private static Scales scales(ConfigObject config) {
    return Scales.squares(config.integers("patch_nums").stream().mapToInt(i -> i).toArray());
  }

  private static ModelSpec read(ConfigObject config) {
    boolean flex = isFlexVar(config);
    TokenizerConfig tokenizer = tokenizer(config);
    int grid =
        flex ? config.object("transformer").integer("pos_grid", OfficialModels.POSITION_GRID) : 0;
    TransformerConfig transformer = transformer(config.object("transformer"), grid, tokenizer);
    Scales scales = scales(config);
    SamplingDefaults official =
        flex
            ? SamplingDefaults.flexVar(tokenizer.vocabularySize())
            : SamplingDefaults.official(tokenizer.vocabularySize());
    ModelSpec spec =
        new ModelSpec(
            config.text("name", "unnamed"),
            tokenizer,
            transformer,
            scales,
            config.texts("class_names"),
            defaults(config, official, tokenizer));
    int side = spec.imageSize().width();
    int size = config.integer("image_size", side);
    if (size != side) {
      throw new IllegalArgumentException(
          "image_size "
              + size
              + ": the last of patch_nums, "
              + scales.last()
              + ", times the downsampling "
              + tokenizer.downsampling()
              + " is "
              + side);
    }
    return spec;
  }

  private static TokenizerConfig varTokenizer(ConfigObject vae) {
    int codeWidth = vae.integer("z_channels");
    return new TokenizerConfig(
        TokenizerLayout.VAR,
        vae.integer("vocab_size"),
        codeWidth,
        codeWidth,
        vae.integer("ch"),
        vae.integers("ch_mult"),
        vae.integers("ch_mult"),
        vae.integer("num_res_blocks"),
        vae.flag("using_sa", true),
        vae.flag("using_mid_sa", true),
        vae.integer("norm_groups", OfficialModels.NORM_GROUPS),
        vae.number("norm_eps", OfficialModels.EPSILON),
        vae.integer("quant_conv_ks", 3),
        vae.flag("using_znorm", false) ? CodebookForm.COSINE : CodebookForm.EUCLIDEAN,
        new QuantizerConfig.Residual(
            vae.number("quant_resi", OfficialModels.PHI_RATIO),
            vae.integer("share_quant_resi", OfficialModels.PHI_SHARING)));
  }

  private static TokenizerConfig flexVarTokenizer(ConfigObject vae) {
    return new TokenizerConfig(
        TokenizerLayout.LLAMAGEN,
        vae.integer("codebook_size"),
        vae.integer("codebook_embed_dim"),
        vae.integer("z_channels", 256),
        vae.integer("ch", 128),
        vae.integers("encoder_ch_mult"),
        vae.integers("decoder_ch_mult"),
        vae.integer("num_res_blocks", 2),
        true,
        true,
        vae.integer("norm_groups", OfficialModels.NORM_GROUPS),
        vae.number("norm_eps", OfficialModels.EPSILON),
        1,
        vae.flag("codebook_l2_norm", true) ? CodebookForm.UNIT : CodebookForm.EUCLIDEAN,
        new QuantizerConfig.GroundTruth());
  }

  private static TransformerConfig transformer(
      ConfigObject config, int positionGrid, TokenizerConfig tokenizer) {
    int width = config.integer("embed_dim");
    double ratio = config.number("mlp_ratio", 4);
    return new TransformerConfig(
        config.integer("depth"),
        width,
        config.integer("num_heads"),
        (int) Math.rint(width * ratio), // Python's round
        config.integer("num_classes"),
        config.number("norm_eps", OfficialModels.EPSILON),
        config.flag("shared_aln", false),
        config.flag("attn_l2_norm", true),
        positionGrid,
        tokenizer.codeWidth(),
        tokenizer.vocabularySize());
  }

  private static SamplingDefaults defaults(
      ConfigObject config, SamplingDefaults official, TokenizerConfig tokenizer) {
    if (!config.has("sampling_defaults")) {
      return official;
    }
    ConfigObject given = config.object("sampling_defaults");
    Sampling base = official.sampling();
    Sampling sampling =
        base.withTop(given.integer("top_k", base.topK()), given.number("top_p", base.topP()))
            .withSmooth(given.flag("more_smooth", false));
    double cfg = given.number("cfg", official.guidance().strength());
    return new SamplingDefaults(
        official.guidance().withStrength(cfg),
        sampling.requireVocabulary(tokenizer.vocabularySize()));
  }

  /** File names of the weights that a configuration may give. */
  static List<String> weightFiles(String source, byte[] utf8) {
    ConfigObject config;
    try {
      config = ConfigObject.of(source, Json.parse(utf8));
    } catch (JsonException e) {
      throw new ModelException(source + ": " + e.getMessage(), e);
    }
    if (!config.has("files")) {
      return List.of();
    }
    ConfigObject files = config.object("files");
    return List.of(files.text("vae", ""), files.text("transformer", ""));
  }
}
