package io.nextscale.train.recipe;

import io.nextscale.train.adversary.PatchConfig;
import io.nextscale.train.data.ImageShape;
import io.nextscale.train.optim.LearningRate;
import io.nextscale.train.tokenizer.Critics;
import io.nextscale.train.tokenizer.TokenizerRecipe;
import io.nextscale.train.transformer.TransformerRecipe;
import io.nextscale.var.json.Json;
import io.nextscale.var.json.JsonException;
import io.nextscale.var.model.ConfigFile;
import io.nextscale.var.model.ConfigObject;
import io.nextscale.var.model.ModelException;
import io.nextscale.var.model.ModelSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Recipes as JSON: {@code model} is a {@code config.json}, the rest are hyperparameters. */
public final class RecipeFile {
  /** The recipes that come with this library. */
  public static final List<String> NAMES =
      List.of("emoji-var", "emoji-flexvar", "emoji-flexvar-mamba");

  private static final long LARGEST = 1 << 20;

  private RecipeFile() {}

  /**
   * Finds a recipe that comes with this library, or reads one from a file.
   *
   * @param name one of {@link #NAMES}, or a path
   * @throws ModelException if there is none, or naming what is wrong in it
   */
  public static Recipe find(String name) {
    if (NAMES.contains(name)) {
      return parse("recipe " + name, resource(name));
    }
    Path file = Path.of(name);
    try {
      if (Files.isRegularFile(file)) {
        long size = Files.size(file);
        if (size > LARGEST) {
          throw new ModelException(
              "recipe %s has %s bytes: at most %s are read".formatted(file, size, LARGEST));
        }
        return parse(name, Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new ModelException("cannot read " + file + ": " + e, e);
    }
    throw new ModelException(
        "recipe \"%s\": expected one of %s, or a file".formatted(name, String.join(", ", NAMES)));
  }

  private static byte[] resource(String name) {
    try (InputStream in = RecipeFile.class.getResourceAsStream(name + ".json")) {
      if (in == null) {
        throw new ModelException("this jar lacks the recipe " + name + ": it is damaged");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new ModelException("the recipe " + name + " cannot be read: " + e, e);
    }
  }

  /**
   * Reads a recipe.
   *
   * @param source its name, for messages
   * @throws ModelException naming the key, its value and what is allowed
   */
  public static Recipe parse(String source, byte[] utf8) {
    try {
      ConfigObject root = ConfigObject.of(source, Json.parse(utf8));
      root.requireOnly(
          "model", "data", "tokenizer_share", "tokenizer", "transformer", "fid_samples");
      ConfigObject model = root.object("model");
      ModelSpec spec =
          ConfigFile.parse(
              model.source(), Json.write(model.values()).getBytes(StandardCharsets.UTF_8));
      ConfigObject tokenizer = root.object("tokenizer");
      ConfigObject transformer = root.object("transformer");
      return new Recipe(
          root.values(),
          spec,
          data(root.object("data"), spec),
          root.number("tokenizer_share", 0.4),
          tokenizer(tokenizer),
          keep(tokenizer),
          tokenizer.has("adversary")
              ? Optional.of(adversary(tokenizer.object("adversary")))
              : Optional.empty(),
          transformer(transformer),
          keep(transformer),
          root.integer("fid_samples", 0));
    } catch (JsonException | IllegalArgumentException e) {
      throw new ModelException(source + ": " + e.getMessage(), e);
    }
  }

  private static Recipe.Data data(ConfigObject data, ModelSpec spec) {
    data.requireOnly("fetch", "folder", "held_out", "crop", "augmentation", "kin");
    ConfigObject change = data.object("augmentation");
    change.requireOnly("flip", "unflipped", "scale", "shift", "hue", "contrast");
    int size = spec.imageSize().height();
    String crop = data.text("crop", "centre");
    if (!crop.equals("centre") && !crop.equals("random")) {
      throw new IllegalArgumentException("crop \"" + crop + "\": expected centre or random");
    }
    return new Recipe.Data(
        PlanFile.text(data, "fetch"),
        Path.of(data.text("folder", "")),
        PlanFile.path(data, "held_out"),
        crop.equals("centre") ? ImageShape.centred(size) : ImageShape.official(size),
        change.number("flip", 0),
        change.texts("unflipped"),
        change.number("scale", 0),
        change.integer("shift", 0),
        change.number("hue", 0),
        change.number("contrast", 0),
        data.has("kin") ? texts(data.object("kin")) : Map.of());
  }

  private static Map<String, String> texts(ConfigObject json) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Object key : json.values().keySet()) {
      texts.put(String.valueOf(key), json.text(String.valueOf(key), ""));
    }
    return texts;
  }

  private static TokenizerRecipe tokenizer(ConfigObject json) {
    json.requireOnly(
        "batch",
        "passes",
        "rate",
        "warm_up_steps",
        "weight_decay",
        "largest_norm",
        "plain_steps",
        "unquantized",
        "unquantized_until",
        "restart_every",
        "compared_scales",
        "moving_average",
        "keep",
        "adversary");
    return new TokenizerRecipe(
        json.integer("batch"),
        json.integer("passes", 1),
        json.number("rate", 1e-3),
        json.integer("warm_up_steps", 100),
        json.number("weight_decay", 1e-4),
        json.number("largest_norm", 2),
        json.integer("plain_steps", 250),
        json.number("unquantized", 0.5),
        json.number("unquantized_until", 0.6),
        json.integer("restart_every", 25),
        json.integer("compared_scales", 3),
        json.number("moving_average", 0));
  }

  private static TransformerRecipe transformer(ConfigObject json) {
    json.requireOnly(
        "batch",
        "passes",
        "rate",
        "decay",
        "warm_up_steps",
        "weight_decay",
        "largest_norm",
        "gamma",
        "class_dropout",
        "token_dropout",
        "label_smoothing",
        "balance",
        "copies",
        "token_cap",
        "moving_average",
        "keep");
    return new TransformerRecipe(
        json.integer("batch"),
        json.integer("passes", 1),
        json.number("rate", 1e-3),
        oneOf(LearningRate.Decay.class, "decay", json.text("decay", "cosine")),
        json.integer("warm_up_steps", 100),
        json.number("weight_decay", 0.05),
        json.number("largest_norm", 2),
        json.number("gamma", 0),
        json.number("class_dropout", 0.1),
        json.number("token_dropout", 0),
        json.number("label_smoothing", 0),
        json.number("balance", 0),
        json.integer("copies", 1),
        json.integer("token_cap", 680),
        json.number("moving_average", 0));
  }

  private static Recipe.Discriminator adversary(ConfigObject json) {
    json.requireOnly("channels", "levels", "groups", "weight", "from", "rate");
    PatchConfig network = PatchConfig.vqgan();
    return new Recipe.Discriminator(
        new PatchConfig(
            json.integer("channels", network.channels()),
            json.integer("levels", network.levels()),
            json.integer("groups", network.groups())),
        new Critics.Hyperparameters(
            json.number("weight", 0.1), json.number("from", 0.5), json.number("rate", 1)));
  }

  private static Recipe.Keep keep(ConfigObject json) {
    return oneOf(Recipe.Keep.class, "keep", json.text("keep", "best"));
  }

  private static <E extends Enum<E>> E oneOf(Class<E> type, String key, String text) {
    for (E value : type.getEnumConstants()) {
      if (value.name().toLowerCase(Locale.ROOT).equals(text)) {
        return value;
      }
    }
    throw new IllegalArgumentException(
        "%s \"%s\": expected one of %s"
            .formatted(
                key, text, List.of(type.getEnumConstants()).toString().toLowerCase(Locale.ROOT)));
  }
}
