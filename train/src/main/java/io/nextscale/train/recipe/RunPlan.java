package io.nextscale.train.recipe;

import io.nextscale.torch.DType;
import io.nextscale.var.check.Check;
import io.nextscale.var.model.ModelException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The choices that a model's training began with, kept in its folder as {@code run.json}.
 *
 * @param recipe how the model is trained
 * @param seed of everything random
 * @param compute element type of the blocks, FLOAT32 or BFLOAT16
 * @param folder of training images
 * @param heldOut folder of images to evaluate on; without it, every 20th training image is held out
 * @param minutes for the whole training, above 0; needed unless both numbers of steps are given
 * @param tokenizerSteps if absent, as many as fit the minutes; 0 if the tokenizer was trained
 *     before
 * @param transformerSteps at least 1; if absent, as many as fit the minutes
 * @param fid the Fréchet distance as a figure of the transformer's evaluations, if it is wanted
 */
public record RunPlan(
    Recipe recipe,
    long seed,
    DType compute,
    Path folder,
    Optional<Path> heldOut,
    Optional<Double> minutes,
    Optional<Long> tokenizerSteps,
    Optional<Long> transformerSteps,
    Optional<FidPlan> fid) {
  private static final PlanFile FILE = new PlanFile("run.json");
  private static final double MOST_MINUTES = 1e6;
  private static final double MINUTES_A_COPY = 4;

  /** Makes a plan without a Fréchet distance. */
  public RunPlan(
      Recipe recipe,
      long seed,
      DType compute,
      Path folder,
      Optional<Path> heldOut,
      Optional<Double> minutes,
      Optional<Long> tokenizerSteps,
      Optional<Long> transformerSteps) {
    this(
        recipe,
        seed,
        compute,
        folder,
        heldOut,
        minutes,
        tokenizerSteps,
        transformerSteps,
        Optional.empty());
  }

  /** Checks every range. */
  public RunPlan {
    Objects.requireNonNull(recipe, "recipe");
    Objects.requireNonNull(compute, "compute");
    Objects.requireNonNull(folder, "folder");
    Objects.requireNonNull(heldOut, "heldOut");
    Objects.requireNonNull(minutes, "minutes");
    Objects.requireNonNull(tokenizerSteps, "tokenizerSteps");
    Objects.requireNonNull(transformerSteps, "transformerSteps");
    Objects.requireNonNull(fid, "fid");
    PlanFile.requireCompute(compute);
    minutes.ifPresent(
        given ->
            Check.that(
                given > 0 && given <= MOST_MINUTES, "minutes", given, "above 0, at most 1000000"));
    tokenizerSteps.ifPresent(given -> requireSteps("steps of the tokenizer", given, 0));
    transformerSteps.ifPresent(given -> requireSteps("steps of the transformer", given, 1));
    if (minutes.isEmpty() && (tokenizerSteps.isEmpty() || transformerSteps.isEmpty())) {
      throw new IllegalArgumentException("neither minutes nor the steps of both parts are given");
    }
  }

  /** The same plan with a Fréchet distance as a figure of the transformer's evaluations. */
  public RunPlan withFid(FidPlan plan) {
    return new RunPlan(
        recipe,
        seed,
        compute,
        folder,
        heldOut,
        minutes,
        tokenizerSteps,
        transformerSteps,
        Optional.of(plan));
  }

  private static void requireSteps(String name, long steps, long least) {
    Check.that(steps >= least, name, steps, least + " and more");
  }

  /** Whether a folder holds a plan. */
  public static boolean exists(Path run) {
    return FILE.isIn(run);
  }

  /** Whether the tokenizer was trained before, so that only the transformer is trained. */
  public boolean keepsTokenizer() {
    return tokenizerSteps.isPresent() && tokenizerSteps.get() == 0;
  }

  /** The same plan with the number of the tokenizer's steps. */
  public RunPlan withTokenizerSteps(long steps) {
    return new RunPlan(
        recipe, seed, compute, folder, heldOut, minutes, Optional.of(steps), transformerSteps, fid);
  }

  /** The same plan with the number of the transformer's steps. */
  public RunPlan withTransformerSteps(long steps) {
    return new RunPlan(
        recipe, seed, compute, folder, heldOut, minutes, tokenizerSteps, Optional.of(steps), fid);
  }

  /**
   * Seconds for one of the two parts, whose number of steps follows from them.
   *
   * @param share of the whole time that the part takes, 0 to 1
   */
  public double seconds(double share) {
    double all =
        minutes.orElseThrow(() -> new IllegalStateException("the plan has steps, not minutes"));
    return all * 60 * share;
  }

  /** Copies of each image: fewer than the recipe's where encoding them would take too long. */
  public int copies() {
    int most = recipe.transformer().copies();
    return minutes.map(given -> Math.clamp((long) (given / MINUTES_A_COPY), 1, most)).orElse(most);
  }

  /** Writes the plan into a folder. */
  public void save(Path run) throws IOException {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("folder", folder.toString());
    heldOut.ifPresent(given -> values.put("held_out", given.toString()));
    minutes.ifPresent(given -> values.put("minutes", given));
    tokenizerSteps.ifPresent(given -> values.put("tokenizer_steps", given));
    transformerSteps.ifPresent(given -> values.put("transformer_steps", given));
    fid.ifPresent(given -> values.put("fid", given.values()));
    FILE.write(run, recipe, seed, compute, values);
  }

  /**
   * Reads the plan of a folder.
   *
   * @throws ModelException if there is none, or naming what is wrong in it
   */
  public static RunPlan load(Path run) {
    return FILE.read(
        run,
        json ->
            new RunPlan(
                PlanFile.recipe(json),
                PlanFile.seed(json),
                PlanFile.compute(json),
                Path.of(json.text("folder", "")),
                PlanFile.path(json, "held_out"),
                json.has("minutes") ? Optional.of(json.number("minutes", 0)) : Optional.empty(),
                PlanFile.whole(json, "tokenizer_steps"),
                PlanFile.whole(json, "transformer_steps"),
                json.has("fid")
                    ? Optional.of(FidPlan.read(json.object("fid")))
                    : Optional.empty()));
  }
}
