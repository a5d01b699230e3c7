package io.nextscale.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.nextscale.train.data.ImageShape;
import io.nextscale.train.optim.LearningRate;
import io.nextscale.train.tokenizer.TokenizerRecipe;
import io.nextscale.train.transformer.TransformerRecipe;
import io.nextscale.var.json.Json;
import io.nextscale.var.model.ConfigObject;
import io.nextscale.var.model.ModelException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeFileTest {
  private static final String VAR = text("emoji-var");

  @TempDir private Path folder;

  private static String text(String name) {
    try (InputStream in = RecipeFile.class.getResourceAsStream(name + ".json")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Recipe parse(String json) {
    return RecipeFile.parse("test.json", json.getBytes(StandardCharsets.UTF_8));
  }

  private static Map<String, String> kin(ConfigObject data) {
    Map<String, String> kin = new LinkedHashMap<>();
    data.object("kin").values().forEach((key, value) -> kin.put("" + key, "" + value));
    return kin;
  }

  private static double number(ConfigObject json, String key) {
    assertThat(json.has(key)).as(key).isTrue();
    return json.number(key, Double.NaN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"emoji-var", "emoji-flexvar", "emoji-flexvar-mamba"})
  void theNumbersOfARecipeAreThoseOfItsFile(String name) {
    Recipe recipe = RecipeFile.find(name);
    ConfigObject json = ConfigObject.of(name, Json.parse(text(name)));
    assertThat(recipe.source()).isEqualTo(json.values());
    assertThat(recipe.model().name()).isEqualTo(name);
    assertThat(recipe.model().scales().toString()).isEqualTo("1,2,3,4,6,8");
    assertThat(recipe.model().hasFreeScales()).isEqualTo(!name.equals("emoji-var"));
    assertThat(recipe.tokenizerShare()).isEqualTo(number(json, "tokenizer_share"));
    assertThat(recipe.tokenizer()).isEqualTo(tokenizer(json.object("tokenizer")));
    assertThat(recipe.transformer()).isEqualTo(transformer(json.object("transformer")));
    assertThat(recipe.tokenizerKeeps()).isEqualTo(Recipe.Keep.BEST);
    assertThat(recipe.transformerKeeps()).isEqualTo(Recipe.Keep.BEST);
    assertThat(recipe.fidSamples()).isZero();
    ConfigObject data = json.object("data");
    ConfigObject change = data.object("augmentation");
    assertThat(recipe.data())
        .isEqualTo(
            new Recipe.Data(
                Optional.of(data.text("fetch", "")),
                Path.of(data.text("folder", "")),
                Optional.of(Path.of(data.text("held_out", ""))),
                ImageShape.centred(64),
                number(change, "flip"),
                change.texts("unflipped"),
                number(change, "scale"),
                change.integer("shift"),
                number(change, "hue"),
                number(change, "contrast"),
                kin(data)));
  }

  private static TokenizerRecipe tokenizer(ConfigObject json) {
    return new TokenizerRecipe(
        json.integer("batch"),
        json.integer("passes"),
        number(json, "rate"),
        json.integer("warm_up_steps"),
        number(json, "weight_decay"),
        number(json, "largest_norm"),
        json.integer("plain_steps"),
        number(json, "unquantized"),
        number(json, "unquantized_until"),
        json.integer("restart_every"),
        json.integer("compared_scales"),
        number(json, "moving_average"));
  }

  private static TransformerRecipe transformer(ConfigObject json) {
    assertThat(json.text("decay", "")).isEqualTo("cosine");
    return new TransformerRecipe(
        json.integer("batch"),
        json.integer("passes"),
        number(json, "rate"),
        LearningRate.Decay.COSINE,
        json.integer("warm_up_steps"),
        number(json, "weight_decay"),
        number(json, "largest_norm"),
        number(json, "gamma"),
        number(json, "class_dropout"),
        number(json, "token_dropout"),
        number(json, "label_smoothing"),
        number(json, "balance"),
        json.integer("copies"),
        json.integer("token_cap"),
        number(json, "moving_average"));
  }

  @Test
  void aFileIsReadLikeABuiltInOne() throws IOException {
    Path file = Files.writeString(folder.resolve("own.json"), VAR.replace("\"best\"", "\"last\""));
    Recipe own = RecipeFile.find(file.toString());
    assertThat(own.tokenizerKeeps()).isEqualTo(Recipe.Keep.LAST);
    assertThat(own.transformer()).isEqualTo(RecipeFile.find("emoji-var").transformer());
    Files.writeString(file, VAR.replace("\"cosine\"", "\"linear\"").replace("centre", "random"));
    Recipe other = RecipeFile.find(file.toString());
    assertThat(other.transformer().decay()).isEqualTo(LearningRate.Decay.LINEAR);
    assertThat(other.data().shape()).isEqualTo(ImageShape.official(64));
  }

  @Test
  void anUnknownNameListsTheKnownOnes() {
    for (String name : List.of("emoji", "", folder.toString())) {
      assertThatExceptionOfType(ModelException.class)
          .isThrownBy(() -> RecipeFile.find(name))
          .withMessageContaining("\"" + name + "\"")
          .withMessageContaining("emoji-var, emoji-flexvar, emoji-flexvar-mamba");
    }
  }

  /** In a recipe as it comes, one piece of text becomes another one; the message names it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // keys that are not known
        "\"tokenizer_share\"         | \"share\"                | unknown key \"share\"",
        "\"passes\": 1               | \"pases\": 1             | unknown key \"pases\"",
        "\"hue\"                     | \"colour\"               | unknown key \"colour\"",
        "\"crop\"                    | \"cut\"                  | unknown key \"cut\"",
        "\"gamma\"                    | \"gammas\"                | unknown key \"gammas\"",
        // keys that are missing
        "\"data\"                    | \"model2\"               | model2",
        "\"batch\": 16,              | ''                       | \"batch\" is missing",
        // values of another type
        "\"batch\": 16               | \"batch\": 16.5          | batch is 16.5",
        "\"batch\": 16               | \"batch\": \"16\"        | batch is 16, expected a whole",
        "\"gamma\": 0.3               | \"gamma\": \"much\"       | gamma is much",
        "\"keep\": \"best\"          | \"keep\": 1              | keep is 1",
        "\"shift\": 1                | \"shift\": 2.5           | shift is 2.5",
        "\"centre\"                  | 3                        | crop is 3",
        // values out of range
        "\"tokenizer_share\": 0.48   | \"tokenizer_share\": 1   | tokenizer_share 1.0",
        "\"tokenizer_share\"         | \"fid_samples\": 1, \"tokenizer_share\" | fid_samples 1: expected 2",
        "\"batch\": 16               | \"batch\": 0             | batch 0:",
        "\"passes\": 1               | \"passes\": -2           | passes -2:",
        "\"rate\": 0.001             | \"rate\": 0.0            | rate 0.0",
        "\"rate\": 0.001             | \"rate\": -1e-3          | rate -0.001",
        "\"weight_decay\": 0.0001    | \"weight_decay\": -1     | weight_decay -1.0",
        "\"weight_decay\": 0.05      | \"weight_decay\": -2     | weight_decay -2.0",
        "\"largest_norm\": 2.0       | \"largest_norm\": 0      | largest_norm 0.0",
        "\"unquantized\": 0.5        | \"unquantized\": 1.5     | unquantized 1.5",
        "\"restart_every\": 50       | \"restart_every\": 0     | restart_every 0",
        "\"moving_average\": 0.998   | \"moving_average\": 1    | moving_average 1.0",
        "\"class_dropout\": 0.1      | \"class_dropout\": 2     | class_dropout 2.0",
        "\"token_cap\": 680          | \"token_cap\": 4         | token_cap 4:",
        "\"copies\": 8               | \"copies\": 0            | copies 0:",
        "\"flip\": 0.5               | \"flip\": 1.5            | flip is 1.5",
        "\"shift\": 1                | \"shift\": -2            | shift is -2.0",
        "\"cosine\"                  | \"cosinus\"              | decay \"cosinus\"",
        "\"best\"                    | \"first\"                | keep \"first\"",
        "\"centre\"                  | \"center\"               | crop \"center\"",
        "\"depth\": 6                | \"depth\": 0             | depth 0",
        // no JSON
        "\"cosine\",                 | \"cosine\"               | line"
      })
  void whatIsWrongIsNamed(String from, String to, String named) {
    assertThat(VAR).contains(from);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> parse(VAR.replace(from, to)))
        .withMessageContaining("test.json")
        .withMessageContaining(named);
  }

  @Test
  void everyPartMustBeThere() {
    for (String part : List.of("model", "data", "tokenizer", "transformer")) {
      var values = new LinkedHashMap<Object, Object>(parse(VAR).source());
      values.remove(part);
      assertThatExceptionOfType(ModelException.class)
          .isThrownBy(() -> parse(Json.write(values)))
          .withMessageContaining("\"" + part + "\" is missing");
    }
  }
}
