package io.nextscale.train.recipe;

import io.nextscale.torch.DType;
import io.nextscale.var.check.Check;
import io.nextscale.var.file.AtomicFile;
import io.nextscale.var.json.Json;
import io.nextscale.var.json.JsonException;
import io.nextscale.var.model.ConfigObject;
import io.nextscale.var.model.ModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * The JSON file in a run's folder that keeps its plan, so that the run goes on as it began.
 *
 * @param name of the file
 */
public record PlanFile(String name) {
  /** Keys that every plan has. */
  private static final String RECIPE = "recipe";

  private static final String SEED = "seed";
  private static final String COMPUTE = "compute";

  /** Checks that no component is null. */
  public PlanFile {
    Objects.requireNonNull(name, "name");
  }

  /** Whether a folder holds the file. */
  public boolean isIn(Path run) {
    return Files.isRegularFile(run.resolve(name));
  }

  /**
   * Writes a plan into a folder.
   *
   * @param values keys and values of this plan alone
   * @throws IOException if the file cannot be written; an older one then is as it was
   */
  public void write(Path run, Recipe recipe, long seed, DType compute, Map<String, ?> values)
      throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put(SEED, seed);
    json.put(COMPUTE, compute.name());
    values.forEach(json::put);
    json.put(RECIPE, recipe.source());
    AtomicFile.write(run.resolve(name), Json.write(json) + "\n");
  }

  /**
   * Reads the plan of a folder.
   *
   * @param plan makes the plan of the file's object
   * @throws ModelException if there is no file, or naming what is wrong in it
   */
  public <P> P read(Path run, Function<ConfigObject, P> plan) {
    Path file = run.resolve(name);
    try {
      return plan.apply(ConfigObject.of(file.toString(), Json.parse(Files.readAllBytes(file))));
    } catch (IOException e) {
      throw new ModelException("cannot read %s: %s".formatted(file, e), e);
    } catch (JsonException | IllegalArgumentException e) {
      throw new ModelException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Reads the recipe of a plan. */
  public static Recipe recipe(ConfigObject json) {
    ConfigObject recipe = json.object(RECIPE);
    byte[] utf8 = Json.write(recipe.values()).getBytes(StandardCharsets.UTF_8);
    return RecipeFile.parse(recipe.source(), utf8);
  }

  /** Reads the seed of a plan. */
  public static long seed(ConfigObject json) {
    return whole(json, SEED)
        .orElseThrow(() -> new IllegalArgumentException(SEED + " is missing: expected a number"));
  }

  /** Reads the element type of a plan's computation. */
  public static DType compute(ConfigObject json) {
    String name = json.text(COMPUTE, "");
    return Arrays.stream(DType.values())
        .filter(type -> type.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "compute is \"%s\": expected FLOAT32 or BFLOAT16".formatted(name)));
  }

  /** Checks the element type of a plan's computation. */
  public static void requireCompute(DType compute) {
    boolean allowed = compute == DType.FLOAT32 || compute == DType.BFLOAT16;
    Check.that(allowed, "element type", compute, "FLOAT32 or BFLOAT16");
  }

  /** Reads a whole number that may exceed an int, if it is there. */
  public static Optional<Long> whole(ConfigObject json, String key) {
    Object value = json.values().get(key);
    if (value == null || value instanceof Long) {
      return Optional.ofNullable((Long) value);
    }
    throw new IllegalArgumentException("%s is %s: expected a whole number".formatted(key, value));
  }

  /** Reads a text that is not empty, if it is there. */
  public static Optional<String> text(ConfigObject json, String key) {
    return Optional.of(json.text(key, "")).filter(text -> !text.isEmpty());
  }

  /** Reads a path, if it is there. */
  public static Optional<Path> path(ConfigObject json, String key) {
    return text(json, key).map(Path::of);
  }
}
