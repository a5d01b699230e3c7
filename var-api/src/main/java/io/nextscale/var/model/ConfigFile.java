package io.nextscale.var.model;

import io.nextscale.var.generate.Guidance;
import io.nextscale.var.generate.Sampling;
import io.nextscale.var.json.Json;
import io.nextscale.var.json.JsonException;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.tokenizer.TokenizerConfig;
import io.nextscale.var.transformer.TransformerConfig;
import java.util.List;

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

  private static ModelSpec read(ConfigObject config) {
    String family = config.text("family", "var");
    if (!family.equals("var")) {
      throw new ModelException(
          config.source() + ": family \"" + family + "\": this version knows \"var\" only");
    }
    TokenizerConfig tokenizer = tokenizer(config.object("vae"));
    TransformerConfig transformer = transformer(config.object("transformer"), tokenizer);
    Scales scales =
        Scales.squares(config.integers("patch_nums").stream().mapToInt(i -> i).toArray());
    ModelSpec spec =
        new ModelSpec(
            config.text("name", "unnamed"),
            tokenizer,
            transformer,
            scales,
            config.texts("class_names"),
            defaults(config, tokenizer));
    int size = config.integer("image_size", spec.imageWidth());
    if (size != spec.imageWidth()) {
      throw new ModelException(
          config.source()
              + ": image_size "
              + size
              + ": the last of patch_nums, "
              + scales.last()
              + ", times the downsampling "
              + tokenizer.downsampling()
              + " is "
              + spec.imageWidth());
    }
    return spec;
  }

  private static TokenizerConfig tokenizer(ConfigObject vae) {
    return new TokenizerConfig(
        vae.integer("vocab_size"),
        vae.integer("z_channels"),
        vae.integer("ch"),
        vae.integers("ch_mult"),
        vae.integer("num_res_blocks"),
        vae.flag("using_sa", true),
        vae.flag("using_mid_sa", true),
        vae.integer("norm_groups", OfficialModels.NORM_GROUPS),
        vae.number("norm_eps", OfficialModels.EPSILON),
        vae.integer("quant_conv_ks", 3),
        vae.number("quant_resi", OfficialModels.PHI_RATIO),
        vae.integer("share_quant_resi", OfficialModels.PHI_SHARING),
        vae.flag("using_znorm", false));
  }

  private static TransformerConfig transformer(ConfigObject config, TokenizerConfig tokenizer) {
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
        tokenizer.codeWidth(),
        tokenizer.vocabularySize());
  }

  private static SamplingDefaults defaults(ConfigObject config, TokenizerConfig tokenizer) {
    SamplingDefaults official = SamplingDefaults.official(tokenizer.vocabularySize());
    if (!config.has("sampling_defaults")) {
      return official;
    }
    ConfigObject given = config.object("sampling_defaults");
    Sampling sampling =
        new Sampling(
            given.integer("top_k", official.sampling().topK()),
            given.number("top_p", official.sampling().topP()),
            1,
            given.flag("more_smooth", false));
    Guidance guidance = Guidance.ramp(given.number("cfg", official.guidance().strength()));
    return new SamplingDefaults(guidance, sampling.requireVocabulary(tokenizer.vocabularySize()));
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
