package io.nextscale.train.scaling;

import io.nextscale.torch.DType;
import io.nextscale.train.recipe.Recipe;
import io.nextscale.train.recipe.RecipeFile;
import io.nextscale.train.transformer.TransformerRecipe;
import io.nextscale.var.check.Check;
import io.nextscale.var.file.AtomicFile;
import io.nextscale.var.json.Json;
import io.nextscale.var.json.JsonException;
import io.nextscale.var.model.ConfigObject;
import io.nextscale.var.model.ModelException;
import io.nextscale.var.model.TokenizerSpec;
import io.nextscale.var.config.PositionsConfig;
import io.nextscale.var.config.TransformerConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What a ladder of trainings was begun with, kept in its folder as {@code scaling.json}: with it
 * the ladder goes on as it began.
 *
 * @param recipe its transformer is the smallest rung, d = 1; {@link #standard} is made for it
 * @param depths the rungs d, 2 and more different ones, 1 to {@value #DEEPEST}; sorted here
 * @param images that each transformer sees, at least one batch
 * @param heldOut images that each is evaluated on, at least 1
 * @param rate peak of the learning rate at a width of 64; see {@link #transformer(int)}
 * @param tokenizerSteps steps of the tokenizer, at least 1 unless there is a model
 * @param seed of everything random
 * @param compute element type of the computation, FLOAT32 or BFLOAT16; the weights are float32
 * @param folder of the images: IDX files, or a sub-folder for each class
 * @param model folder of the model whose tokenizer is used; empty: one is trained
 */
public record ScalingPlan(
    Recipe recipe,
    List<Integer> depths,
    int images,
    int heldOut,
    double rate,
    int tokenizerSteps,
    long seed,
    DType compute,
    String folder,
    String model) {
  private static final String NAME = "scaling.json";
  private static final int DEEPEST = 32;
  // that the rate is given for: wider transformers learn at lower ones
  private static final int WIDTH = 64;

  /** Checks every range. */
  public ScalingPlan {
    depths = List.copyOf(new TreeSet<>(depths));
    if (depths.size() < 2 || depths.getFirst() < 1 || depths.getLast() > DEEPEST) {
      throw new IllegalArgumentException(
          "depths " + depths + ": expected at least two different ones from 1 to " + DEEPEST);
    }
    int batch = recipe.transformer().batchSize() * recipe.transformer().passes();
    Check.atLeast("images", images, batch);
    Check.atLeast("held-out images", heldOut, 1);
    Check.atLeast("steps of the tokenizer", tokenizerSteps, model.isEmpty() ? 1 : 0);
    Check.that(rate > 0 && rate <= 1, "rate", rate, "above 0, at most 1");
    if (compute != DType.FLOAT32 && compute != DType.BFLOAT16) {
      throw new IllegalArgumentException(
          "element type " + compute + ": expected FLOAT32 or BFLOAT16");
    }
  }

  /**
   * The recipe that comes with this library, for images of 32 x 32 pixels: tokens of 1, 2, 3, 4, 6
   * and 8 a side.
   *
   * @param width of the transformer at d = 1, which has one head; 64 in the paper
   */
  public static Recipe standard(int width) {
    try (InputStream in = ScalingPlan.class.getResourceAsStream("ladder.json")) {
      if (in == null) {
        throw new ModelException("this jar lacks the ladder's recipe: it is damaged");
      }
      String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return RecipeFile.parse(
          "the ladder's recipe",
          json.replace("\"embed_dim\": " + WIDTH, "\"embed_dim\": " + width)
              .getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new ModelException("the ladder's recipe cannot be read: " + e, e);
    }
  }

  /** Steps of each transformer's training. */
  public long steps() {
    TransformerRecipe numbers = recipe.transformer();
    return images / ((long) numbers.batchSize() * numbers.passes());
  }

  /**
   * The transformer of a rung: depth, width and heads are d times those of the smallest one, as in
   * VAR (section 3.2: width 64·d, d heads).
   *
   * @param tokenizer that its tokens are of
   */
  public TransformerConfig transformer(int d, TokenizerSpec tokenizer, int classes) {
    TransformerConfig one = recipe.model().transformer();
    return one.toBuilder()
        .depth(one.depth() * d)
        .width(one.width() * d)
        .heads(one.heads() * d)
        .hiddenWidth(one.hiddenWidth() * d)
        .classes(classes)
        .positions(new PositionsConfig.Table())
        .codeWidth(tokenizer.config().codeWidth())
        .vocabularySize(tokenizer.config().vocabularySize())
        .build();
  }

  /** The numbers of a rung's training: those of the recipe with a rate that falls as 1 / width. */
  public TransformerRecipe transformer(int d) {
    TransformerRecipe one = recipe.transformer();
    return new TransformerRecipe(
        one.batchSize(),
        one.passes(),
        rate * WIDTH / (d * recipe.model().transformer().width()),
        one.decay(),
        one.warmUpSteps(),
        one.weightDecay(),
        one.largestNorm(),
        one.gamma(),
        one.classDropout(),
        one.tokenDropout(),
        one.smoothing(),
        one.balance(),
        one.copies(),
        one.tokenCap(),
        one.movingAverage());
  }

  /** Whether a folder holds a plan. */
  public static boolean exists(Path run) {
    return Files.isRegularFile(run.resolve(NAME));
  }

  /** Writes the plan into a folder. */
  public void save(Path run) throws IOException {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("depths", depths.stream().map(d -> (long) d).toList());
    json.put("images", (long) images);
    json.put("held_out", (long) heldOut);
    json.put("rate", rate);
    json.put("tokenizer_steps", (long) tokenizerSteps);
    json.put("seed", seed);
    json.put("compute", compute.name());
    json.put("folder", folder);
    json.put("model", model);
    json.put("recipe", recipe.source());
    AtomicFile.write(run.resolve(NAME), Json.write(json) + "\n");
  }

  /**
   * Reads the plan of a folder.
   *
   * @throws ModelException if there is none, or naming what is wrong in it
   */
  public static ScalingPlan load(Path run) {
    Path file = run.resolve(NAME);
    try {
      ConfigObject json = ConfigObject.of(file.toString(), Json.parse(Files.readAllBytes(file)));
      ConfigObject recipe = json.object("recipe");
      return new ScalingPlan(
          RecipeFile.parse(
              recipe.source(), Json.write(recipe.values()).getBytes(StandardCharsets.UTF_8)),
          json.integers("depths"),
          json.integer("images"),
          json.integer("held_out"),
          json.number("rate", 0),
          json.integer("tokenizer_steps"),
          seed(json),
          DType.valueOf(json.text("compute", "")),
          json.text("folder", ""),
          json.text("model", ""));
    } catch (IOException e) {
      throw new ModelException("cannot read " + file + ": " + e, e);
    } catch (JsonException | IllegalArgumentException e) {
      throw new ModelException(file + ": " + e.getMessage(), e);
    }
  }

  private static long seed(ConfigObject json) {
    if (json.values().get("seed") instanceof Long seed) {
      return seed;
    }
    throw new IllegalArgumentException(
        "seed is " + json.values().get("seed") + ": expected a whole number");
  }
}
