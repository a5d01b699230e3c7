package io.nextscale.var.generate;

import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import io.nextscale.var.tokenizer.Codebook;
import io.nextscale.var.tokenizer.ImageTokenizer;
import io.nextscale.var.tokenizer.ScaleStep;
import io.nextscale.var.transformer.AttentionContext;
import io.nextscale.var.transformer.KvCache;
import io.nextscale.var.transformer.Modulations;
import io.nextscale.var.transformer.VarTransformer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Generation: scale by scale, all tokens of a scale at once.
 *
 * @param transformer predicts the tokens
 * @param tokenizer what tokens mean
 */
public record ScaleLoop(VarTransformer transformer, ImageTokenizer tokenizer) {
  /**
   * What to generate.
   *
   * @param classes one for each picture
   * @param edit a picture to be edited, or none
   */
  public record Plan(
      long[] classes,
      Guidance guidance,
      Sampling sampling,
      TokenNoise noise,
      @Nullable Edit edit) {}

  /** Follows a run; called on its thread. */
  public interface Observer {
    /** Before each block of the transformer: may throw to end the run. */
    default void checkpoint() {}

    /**
     * After a scale.
     *
     * @param logits after guidance, before filtering, (B, l, V)
     * @param tokens as drawn, (B, l) row-major
     * @param decoderInput what the decoder makes the picture so far of
     */
    void scaleDone(int k, Tensor logits, long[] tokens, Tensor decoderInput);
  }

  /**
   * The outcome: tokens as drawn, and the decoder's input (B, Cvae, h, w) in the caller's scope.
   */
  public record Outcome(TokenMaps drawn, Tensor decoderInput) {}

  /** Runs over all scales. */
  public Outcome run(Plan plan, Observer observer) {
    Scales scales = transformer.scales();
    int batch = plan.classes().length;
    int vocabulary = tokenizer.config().vocabularySize();
    long[][] drawn = new long[batch][scales.tokens()];
    try (TensorScope run = TensorScope.open()) {
      long[] rows = plan.guidance().isActive() ? withUnconditional(plan.classes()) : plan.classes();
      KvCache cache =
          new KvCache(
              transformer.config(),
              rows.length,
              scales.tokens(),
              transformer.computeType(),
              transformer.device());
      Modulations modulations = transformer.modulate(rows);
      ScaleStep step = tokenizer.begin();
      TokenSampler sampler = new TokenSampler(plan.sampling(), plan.noise(), vocabulary);
      for (int k = 0; k < scales.count(); k++) {
        try (TensorScope scope = TensorScope.open()) {
          Tensor input =
              k == 0
                  ? transformer.startInput(modulations)
                  : doubled(transformer.scaleInput(k, step.input(k)), rows.length / batch);
          Tensor logits =
              transformer.forward(
                  input, modulations, AttentionContext.cached(cache), observer::checkpoint);
          Tensor guided = plan.guidance().combine(logits, scales, k);
          TokenSampler.Drawn choice = sampler.draw(guided, scales, k);
          step.accept(k, edited(plan.edit(), k, codes(choice, k, batch)));
          scope.keep(step.decoderInput());
          scatter(choice.tokens(), drawn, scales, k);
          observer.scaleDone(k, guided, choice.tokens(), step.decoderInput());
        }
      }
      return new Outcome(new TokenMaps(scales, drawn), run.keep(step.decoderInput()));
    }
  }

  private long[] withUnconditional(long[] classes) {
    long[] rows = Arrays.copyOf(classes, 2 * classes.length);
    Arrays.fill(rows, classes.length, rows.length, transformer.config().classes());
    return rows;
  }

  /** Both halves of a guided batch see the same tokens. */
  private static Tensor doubled(Tensor input, int times) {
    return times == 1 ? input : Functional.cat(List.of(input, input), 0);
  }

  private Tensor codes(TokenSampler.Drawn drawn, int k, int batch) {
    Scale scale = transformer.scales().get(k);
    Codebook codebook = tokenizer.quantizer().codebook();
    Device device = codebook.codes().device();
    if (drawn.mixture() != null) {
      return codebook.mix(drawn.mixture().to(device), scale.height(), scale.width());
    }
    Tensor tokens = Tensor.of(drawn.tokens(), batch, scale.tokens()).to(device);
    return codebook.lookUp(tokens, scale.height(), scale.width());
  }

  private Tensor edited(@Nullable Edit edit, int k, Tensor codes) {
    if (edit == null) {
      return codes;
    }
    Scale scale = transformer.scales().get(k);
    Tensor keep = Tensor.of(edit.mask().at(scale), 1, 1, scale.height(), scale.width());
    return Functional.where(keep.to(codes.device()), tokenizer.codes(edit.given(), k), codes);
  }

  private static void scatter(long[] tokens, long[][] drawn, Scales scales, int k) {
    int length = scales.get(k).tokens();
    for (int b = 0; b < drawn.length; b++) {
      System.arraycopy(tokens, b * length, drawn[b], scales.start(k), length);
    }
  }
}
