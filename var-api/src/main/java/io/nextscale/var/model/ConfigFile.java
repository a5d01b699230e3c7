package io.nextscale.var.model;

import io.nextscale.var.config.TokenizerConfig;
import io.nextscale.var.json.Json;
import io.nextscale.var.json.JsonException;
import io.nextscale.var.scale.Scales;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code config.json}. Its keys are the arguments of the official code's constructors.
 * Every configuration comes through here: those of model folders and presets, and those that the
 * shapes of weights imply.
 */
public final class ConfigFile {
  private ConfigFile() {}

  /**
   * Reads the configuration of a model.
   *
   * @param source name of the configuration, for messages
   * @param utf8 JSON text
   * @throws ModelException naming the key, its value and what is allowed
   */
  public static ModelSpec parse(String source, byte[] utf8) {
    return read(source, utf8, ConfigFile::model);
  }

  /**
   * Reads the configuration of a model's tokenizer; the rest is ignored.
   *
   * @param source name of the configuration, for messages
   * @param utf8 JSON text
   * @throws ModelException naming the key, its value and what is allowed
   */
  static TokenizerSpec parseTokenizer(String source, byte[] utf8) {
    return read(source, utf8, ConfigFile::tokenizer);
  }

  /**
   * Reads the scales of a model, "patch_nums"; the rest is ignored.
   *
   * @param source name of the configuration, for messages
   * @param utf8 JSON text
   * @return null if the key is missing
   * @throws ModelException naming the key, its value and what is allowed
   */
  public static @Nullable Scales parseScales(String source, byte[] utf8) {
    return read(source, utf8, config -> Family.of(config).scales(config)).orElse(null);
  }

  /**
   * Reads the name of a weight file, an entry of "files".
   *
   * @param source name of the configuration, for messages
   * @param utf8 JSON text
   * @param part "vae" or "transformer"
   * @throws ModelException naming the key, its value and what is allowed
   */
  static Optional<String> weightFile(String source, byte[] utf8, String part) {
    return read(
        source,
        utf8,
        config -> config.has("files") ? config.object("files").text(part) : Optional.empty());
  }

  /**
   * Whether a configuration describes a network beside the tokenizer.
   *
   * @throws ModelException if its family is unknown
   */
  static boolean hasNetwork(String source, byte[] utf8) {
    return read(source, utf8, config -> config.has(Family.of(config).networkKey()));
  }

  private static <T> T read(String source, byte[] utf8, Function<ConfigObject, T> reader) {
    try {
      return reader.apply(ConfigObject.of(source, Json.parse(utf8)));
    } catch (JsonException | IllegalArgumentException e) {
      throw new ModelException(source + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads the configuration of a model.
   *
   * @throws ModelException naming a key that is missing or whose value is of another type
   * @throws IllegalArgumentException naming a value that is out of range or does not fit the others
   */
  static ModelSpec model(ConfigObject config) {
    Family family = Family.of(config);
    TokenizerConfig tokenizer = tokenizer(family, config.object(family.tokenizerKey()));
    SamplingDefaults defaults = family.defaults(tokenizer.vocabularySize());
    if (config.has("sampling_defaults")) {
      defaults = defaults.changedBy(config.object("sampling_defaults"));
      defaults.sampling().requireVocabulary(tokenizer.vocabularySize());
    }
    ModelSpec spec =
        new ModelSpec(
            config.text("name", "unnamed"),
            tokenizer,
            family.network(config, tokenizer),
            scales(family, config),
            classNames(config),
            defaults);
    requireImageSize(config, spec);
    return spec;
  }

  /**
   * Reads the configuration of a model's tokenizer.
   *
   * @throws ModelException naming a key that is missing or whose value is of another type
   * @throws IllegalArgumentException naming a value that is out of range or does not fit the others
   */
  static TokenizerSpec tokenizer(ConfigObject config) {
    Family family = Family.of(config);
    return new TokenizerSpec(
        config.text("name", "unnamed"),
        tokenizer(family, config.object(family.tokenizerKey())),
        family.scales(config).orElse(OfficialModels.SCALES_256));
  }

  /** Names in a list, or those of ImageNet if they are called so. */
  private static List<String> classNames(ConfigObject config) {
    return config.is("class_names", ImageNetClasses.KEY)
        ? ImageNetClasses.names()
        : config.texts("class_names");
  }

  private static Scales scales(Family family, ConfigObject config) {
    return family.scales(config).orElseGet(() -> Scales.squares(integersOf(config)));
  }

  /** Reads "patch_nums"; the key is missing here, and the error says so. */
  private static int[] integersOf(ConfigObject config) {
    return config.integers("patch_nums").stream().mapToInt(i -> i).toArray();
  }

  private static TokenizerConfig tokenizer(Family family, ConfigObject vae) {
    TokenizerConfig.Builder tokenizer = family.tokenizer(vae);
    vae.ifFlag("using_sa", tokenizer::lowAttention);
    vae.ifFlag("using_mid_sa", tokenizer::middleAttention);
    vae.ifInteger("norm_groups", tokenizer::normGroups);
    vae.ifNumber("norm_eps", tokenizer::normEpsilon);
    vae.ifInteger("quant_conv_ks", tokenizer::quantConvKernel);
    return tokenizer.build();
  }

  private static void requireImageSize(ConfigObject config, ModelSpec spec) {
    int side = spec.imageSize().width();
    int size = config.integer("image_size", side);
    if (size != side) {
      throw new IllegalArgumentException(
          "image_size %s: the last of patch_nums, %s, times the downsampling %s is %s"
              .formatted(size, spec.scales().last(), spec.tokenizer().downsampling(), side));
    }
  }
}
