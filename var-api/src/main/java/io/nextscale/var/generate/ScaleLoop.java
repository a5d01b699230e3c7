package io.nextscale.var.generate;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import io.nextscale.var.tokenizer.VqVae;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Generates images scale by scale; {@link ScaleRun} has the method.
 *
 * @param predictor predicts the tokens of a scale
 * @param tokenizer turns tokens into the next scale's input and the decoder's input
 */
public record ScaleLoop(Predictor predictor, VqVae tokenizer) {
  /**
   * The plan of a run.
   *
   * @param scales grids of the token maps
   * @param classes one class per image
   * @param guidance weight at each scale; inactive guidance computes the conditional rows only
   * @param drawing from logits to tokens
   * @param forced tokens of a given image, or none
   */
  public record Plan(
      Scales scales,
      long[] classes,
      GuidanceWeights guidance,
      Drawing drawing,
      @Nullable ForcedTokens forced) {
    /**
     * Returns the classes of the rows of the batch: under guidance each image has a second,
     * unconditional row in the second half.
     */
    public long[] rows(long noClass) {
      if (!guidance.active()) {
        return classes;
      }
      long[] rows = Arrays.copyOf(classes, 2 * classes.length);
      Arrays.fill(rows, classes.length, rows.length, noClass);
      return rows;
    }
  }

  /** Receives the progress of a run. */
  public interface Observer {
    /**
     * Called before each transformer block by every thread that computes; may throw to end the run.
     */
    default void beforeBlock() {}

    /**
     * Called after each scale on the thread of the run.
     *
     * @param logits (B, l_k, V), after guidance and before filtering
     * @param tokens the drawn tokens (B, l_k), row-major
     * @param decoderInput the decoder's input (B, Cvae, h, w) for the image so far
     */
    void scaleDone(int k, Tensor logits, long[] tokens, Tensor decoderInput);
  }

  /**
   * The outcome of a run.
   *
   * @param drawn the drawn tokens
   * @param decoderInput (B, Cvae, h, w) in the caller's scope
   */
  public record Outcome(TokenMaps drawn, Tensor decoderInput) {}

  /**
   * Begins a run, of which each scale is computed when its caller says so.
   *
   * @param interruption called before each transformer block by every thread that computes; may
   *     throw to end the run
   * @throws IllegalArgumentException if a class does not exist, or the model has learned positions
   *     for other scales
   */
  public ScaleRun begin(Plan plan, Runnable interruption) {
    return new ScaleRun(this, plan, interruption);
  }

  /**
   * Runs over all scales.
   *
   * @throws IllegalArgumentException as {@link #begin}
   */
  public Outcome run(Plan plan, Observer observer) {
    try (TensorScope scope = TensorScope.open();
        ScaleRun run = begin(plan, observer::beforeBlock)) {
      while (run.hasNext()) {
        GenerationRun.Done done = run.next();
        observer.scaleDone(done.k(), done.logits(), done.tokens(), done.decoderInput());
      }
      Outcome outcome = run.outcome();
      scope.keep(scope.adopt(outcome.decoderInput()));
      return outcome;
    }
  }
}
