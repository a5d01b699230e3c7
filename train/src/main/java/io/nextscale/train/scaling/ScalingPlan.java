package io.nextscale.train.scaling;

import io.nextscale.torch.DType;
import io.nextscale.train.recipe.PlanFile;
import io.nextscale.train.recipe.Recipe;
import io.nextscale.train.recipe.RecipeFile;
import io.nextscale.train.transformer.TransformerRecipe;
import io.nextscale.var.check.Check;
import io.nextscale.var.config.PositionsConfig;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.model.ModelException;
import io.nextscale.var.model.TokenizerSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The choices that a ladder of trainings began with, kept in its folder as {@code scaling.json}.
 *
 * @param recipe its transformer is the smallest rung, d = 1; {@link #standard} is made for it
 * @param depths the rungs d, 2 and more different ones, 1 to {@value #DEEPEST}; sorted here
 * @param images that each transformer is trained on, at least one batch
 * @param heldOut images that each is evaluated on, at least 1
 * @param rate peak of the learning rate at a width of 64; see {@link #transformer(int)}
 * @param tokenizerSteps steps of the tokenizer, at least 1 unless there is a model
 * @param seed of everything random
 * @param compute element type of the computation, FLOAT32 or BFLOAT16; the weights are float32
 * @param folder of the images: IDX files, or a sub-folder for each class
 * @param model folder of the model whose tokenizer is used; without it, one is trained
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
    Path folder,
    Optional<Path> model) {
  private static final PlanFile FILE = new PlanFile("scaling.json");
  private static final int DEEPEST = 32;
  // the width of the rate; wider transformers learn at lower rates
  private static final int WIDTH = 64;

  /** Checks every range. */
  public ScalingPlan {
    Objects.requireNonNull(recipe, "recipe");
    Objects.requireNonNull(depths, "depths");
    Objects.requireNonNull(compute, "compute");
    Objects.requireNonNull(folder, "folder");
    Objects.requireNonNull(model, "model");
    depths = List.copyOf(new TreeSet<>(depths));
    if (depths.size() < 2 || depths.getFirst() < 1 || depths.getLast() > DEEPEST) {
      throw new IllegalArgumentException(
          "depths %s: expected at least two different ones from 1 to %s"
              .formatted(depths, DEEPEST));
    }
    int batch = recipe.transformer().batchSize() * recipe.transformer().passes();
    Check.atLeast("images", images, batch);
    Check.atLeast("held-out images", heldOut, 1);
    Check.atLeast("steps of the tokenizer", tokenizerSteps, model.isEmpty() ? 1 : 0);
    Check.that(rate > 0 && rate <= 1, "rate", rate, "above 0, at most 1");
    PlanFile.requireCompute(compute);
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
      String stored = "\"embed_dim\": " + WIDTH;
      if (!json.contains(stored)) {
        throw new ModelException("the ladder's recipe lacks %s: it is damaged".formatted(stored));
      }
      // changed in the text, which is kept with the run and with the trained models
      String sized = json.replace(stored, "\"embed_dim\": " + width);
      return RecipeFile.parse("the ladder's recipe", sized.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new ModelException("the ladder's recipe cannot be read: " + e, e);
    }
  }

  /** Steps of each transformer's training. */
  public long steps() {
    TransformerRecipe transformer = recipe.transformer();
    return images / ((long) transformer.batchSize() * transformer.passes());
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

  /** Hyperparameters of a rung: those of the recipe, with a rate that falls as 1 / width. */
  public TransformerRecipe transformer(int d) {
    int width = d * recipe.model().transformer().width();
    return recipe.transformer().withRate(rate * WIDTH / width);
  }

  /** Whether a folder holds a plan. */
  public static boolean exists(Path run) {
    return FILE.isIn(run);
  }

  /** Writes the plan into a folder. */
  public void save(Path run) throws IOException {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("depths", depths.stream().map(d -> (long) d).toList());
    values.put("images", (long) images);
    values.put("held_out", (long) heldOut);
    values.put("rate", rate);
    values.put("tokenizer_steps", (long) tokenizerSteps);
    values.put("folder", folder.toString());
    model.ifPresent(given -> values.put("model", given.toString()));
    FILE.write(run, recipe, seed, compute, values);
  }

  /**
   * Reads the plan of a folder.
   *
   * @throws ModelException if there is none, or naming what is wrong in it
   */
  public static ScalingPlan load(Path run) {
    return FILE.read(
        run,
        json ->
            new ScalingPlan(
                PlanFile.recipe(json),
                json.integers("depths"),
                json.integer("images"),
                json.integer("held_out"),
                json.number("rate", 0),
                json.integer("tokenizer_steps"),
                PlanFile.seed(json),
                PlanFile.compute(json),
                Path.of(json.text("folder", "")),
                PlanFile.path(json, "model")));
  }
}
