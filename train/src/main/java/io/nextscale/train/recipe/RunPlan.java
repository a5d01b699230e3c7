package io.nextscale.train.recipe;

import io.nextscale.torch.DType;
import io.nextscale.var.file.AtomicFile;
import io.nextscale.var.json.Json;
import io.nextscale.var.json.JsonException;
import io.nextscale.var.model.ConfigObject;
import io.nextscale.var.model.ModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a model's training was begun with, kept in its folder as {@code run.json}: with it the
 * training goes on as it began.
 *
 * @param recipe how the model is trained
 * @param seed of everything random
 * @param compute element type of the blocks, FLOAT32 or BFLOAT16
 * @param folder of training images
 * @param heldOut folder of images to evaluate on; empty: every 20th of the others
 * @param minutes that all of it may take; 0: the steps are given
 * @param tokenizerSteps 0: not known yet, they follow from the minutes
 * @param transformerSteps likewise
 */
public record RunPlan(
    Recipe recipe,
    long seed,
    DType compute,
    String folder,
    String heldOut,
    double minutes,
    long tokenizerSteps,
    long transformerSteps) {
  private static final String NAME = "run.json";
  private static final double MINUTES_A_COPY = 4;

  /** Checks every range. */
  public RunPlan {
    if (compute != DType.FLOAT32 && compute != DType.BFLOAT16) {
      throw new IllegalArgumentException(
          "element type " + compute + ": expected FLOAT32 or BFLOAT16");
    }
    if (!(minutes >= 0 && minutes <= 1e6)) {
      throw new IllegalArgumentException("minutes " + minutes + ": expected 0 to 1000000");
    }
    if (tokenizerSteps < 0 || transformerSteps < 0) {
      throw new IllegalArgumentException(
          "steps " + tokenizerSteps + " and " + transformerSteps + ": expected 0 and more");
    }
    if (minutes == 0 && (tokenizerSteps == 0 || transformerSteps == 0)) {
      throw new IllegalArgumentException("neither minutes nor the steps of both parts are given");
    }
  }

  /** Whether a folder holds a plan. */
  public static boolean exists(Path run) {
    return Files.isRegularFile(run.resolve(NAME));
  }

  /** The same plan with the tokenizer's steps known. */
  public RunPlan withTokenizerSteps(long steps) {
    return new RunPlan(recipe, seed, compute, folder, heldOut, minutes, steps, transformerSteps);
  }

  /** The same plan with the transformer's steps known. */
  public RunPlan withTransformerSteps(long steps) {
    return new RunPlan(recipe, seed, compute, folder, heldOut, minutes, tokenizerSteps, steps);
  }

  /** Copies of each image: fewer than the recipe's where encoding them would take too long. */
  public int copies() {
    int most = recipe.transformer().copies();
    return minutes == 0 ? most : Math.clamp((long) (minutes / MINUTES_A_COPY), 1, most);
  }

  /** Writes the plan into a folder. */
  public void save(Path run) throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("seed", seed);
    json.put("compute", compute.name());
    json.put("folder", folder);
    json.put("held_out", heldOut);
    json.put("minutes", minutes);
    json.put("tokenizer_steps", tokenizerSteps);
    json.put("transformer_steps", transformerSteps);
    json.put("recipe", recipe.source());
    AtomicFile.write(run.resolve(NAME), Json.write(json) + "\n");
  }

  /**
   * Reads the plan of a folder.
   *
   * @throws ModelException if there is none, or naming what is wrong in it
   */
  public static RunPlan load(Path run) {
    Path file = run.resolve(NAME);
    try {
      ConfigObject json = ConfigObject.of(file.toString(), Json.parse(Files.readAllBytes(file)));
      ConfigObject recipe = json.object("recipe");
      return new RunPlan(
          RecipeFile.parse(
              recipe.source(), Json.write(recipe.values()).getBytes(StandardCharsets.UTF_8)),
          whole(json, "seed"),
          compute(json.text("compute", "")),
          json.text("folder", ""),
          json.text("held_out", ""),
          json.number("minutes", 0),
          whole(json, "tokenizer_steps"),
          whole(json, "transformer_steps"));
    } catch (IOException e) {
      throw new ModelException("cannot read " + file + ": " + e, e);
    } catch (JsonException | IllegalArgumentException e) {
      throw new ModelException(file + ": " + e.getMessage(), e);
    }
  }

  private static DType compute(String name) {
    for (DType type : DType.values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    throw new IllegalArgumentException("compute is \"" + name + "\": expected FLOAT32 or BFLOAT16");
  }

  private static long whole(ConfigObject json, String key) {
    if (json.values().get(key) instanceof Long number) {
      return number;
    }
    throw new IllegalArgumentException(
        key + " is " + json.values().get(key) + ": expected a whole number");
  }
}
