package io.nextscale.var.generate;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import io.nextscale.var.tokenizer.ScaleStep;
import io.nextscale.var.tokenizer.VqVae;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Generates images scale by scale, all tokens of a scale at once (VAR, section 3.1 and figure 4;
 * {@code autoregressive_infer_cfg} in {@code models/var.py}).
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
      @Nullable ForcedTokens forced) {}

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
   * Runs over all scales.
   *
   * @throws IllegalArgumentException if a class does not exist, or the model has learned positions
   *     for other scales
   */
  public Outcome run(Plan plan, Observer observer) {
    Scales scales = plan.scales();
    int batch = plan.classes().length;
    int vocabulary = tokenizer.config().vocabularySize();
    List<long[]> drawn = new ArrayList<>();
    long[] labels = plan.guidance().active() ? withUnconditional(plan.classes()) : plan.classes();
    try (TensorScope run = TensorScope.open();
        Predictor.Run prediction = predictor.begin(labels, scales, observer::beforeBlock)) {
      ScaleStep step = tokenizer.quantizer().begin(scales);
      TokenSampler sampler = new TokenSampler(plan.drawing(), vocabulary);
      for (int k = 0; k < scales.count(); k++) {
        try (TensorScope scope = TensorScope.open()) {
          Tensor input =
              k == 0
                  ? prediction.start()
                  : doubled(prediction.embed(k, step.input(k)), labels.length / batch);
          Tensor hidden = prediction.hidden(k, input);
          Tensor guided = plan.guidance().combine(hidden, k);
          Tensor logits = sampler.exclude(prediction.logits(guided));
          TokenSampler.Drawn choice = sampler.draw(logits, scales, k);
          step.accept(k, forced(plan.forced(), scales, k, codes(choice, scales.get(k), batch)));
          scope.keep(step.decoderInput());
          drawn.add(choice.tokens());
          observer.scaleDone(k, logits, choice.tokens(), step.decoderInput());
        }
      }
      return new Outcome(TokenMaps.join(scales, batch, drawn), run.keep(step.decoderInput()));
    }
  }

  /** Adds an unconditional row for each image, for classifier-free guidance. */
  private long[] withUnconditional(long[] classes) {
    long[] rows = Arrays.copyOf(classes, 2 * classes.length);
    Arrays.fill(rows, classes.length, rows.length, predictor.noClass());
    return rows;
  }

  /** Repeats the input for the unconditional half of a guided batch, which sees the same tokens. */
  private static Tensor doubled(Tensor input, int times) {
    return times == 1 ? input : Functional.cat(List.of(input, input), 0);
  }

  /** Returns the codes (B, Cvae, h_k, w_k) of drawn tokens, or of their mixture. */
  private Tensor codes(TokenSampler.Drawn drawn, Scale scale, int batch) {
    if (drawn.mixture() == null) {
      return tokenizer.codes(drawn.tokens(), batch, scale);
    }
    Tensor weights = drawn.mixture().to(tokenizer.device());
    return tokenizer.quantizer().codebook().mix(weights, scale.height(), scale.width());
  }

  /** Replaces codes by those of the given image where an edit keeps them. */
  private Tensor forced(@Nullable ForcedTokens forced, Scales scales, int k, Tensor codes) {
    if (forced == null) {
      return codes;
    }
    Scale scale = scales.get(k);
    Tensor keep = Tensor.of(forced.kept(k), 1, 1, scale.height(), scale.width());
    return Functional.where(keep.to(codes.device()), tokenizer.codes(forced.given(), k), codes);
  }
}
