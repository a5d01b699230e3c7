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
 * One run over the scales: all tokens of a scale at once (VAR, section 3.1 and figure 4; {@code
 * autoregressive_infer_cfg} in {@code models/var.py}). Between two scales nothing of it is open on
 * a thread, so that its caller may wait, and each scale may be computed on another thread.
 */
public final class ScaleRun implements AutoCloseable {
  private final TensorScope owner = TensorScope.create();
  private final ScaleLoop.Plan plan;
  private final VqVae tokenizer;
  private final Predictor.Run prediction;
  private final ScaleStep step;
  private final TokenSampler sampler;
  private final int rowsPerImage;
  private final List<long[]> drawn = new ArrayList<>();
  private @Nullable Tensor logits;

  /**
   * The state after a scale.
   *
   * @param k index of the scale
   * @param logits (B, l_k, V), after guidance and before filtering; until the next scale begins
   * @param tokens the drawn tokens (B, l_k), row-major
   * @param decoderInput the decoder's input (B, Cvae, h, w) for the images so far; until the run is
   *     closed
   */
  public record Done(int k, Tensor logits, long[] tokens, Tensor decoderInput) {}

  ScaleRun(ScaleLoop loop, ScaleLoop.Plan plan, Runnable interruption) {
    this.plan = plan;
    tokenizer = loop.tokenizer();
    long[] classes = plan.classes();
    long[] rows =
        plan.guidance().active() ? withUnconditional(classes, loop.predictor().noClass()) : classes;
    rowsPerImage = rows.length / classes.length;
    try (TensorScope.Entry entry = owner.enter()) { // what they allocate lives as long as the run
      prediction = loop.predictor().begin(rows, plan.scales(), interruption);
      step = tokenizer.quantizer().begin(plan.scales());
    }
    int vocabulary = tokenizer.config().vocabularySize();
    sampler = new TokenSampler(plan.drawing(), vocabulary);
  }

  /** Whether a scale is left. */
  public boolean hasNext() {
    return drawn.size() < plan.scales().count();
  }

  /** Computes the next scale. */
  public Done next() {
    if (logits != null) {
      logits.close();
    }
    Scales scales = plan.scales();
    int k = drawn.size();
    int batch = plan.classes().length;
    try (TensorScope.Entry entry = owner.enter();
        TensorScope scope = TensorScope.open()) {
      Tensor input = k == 0 ? prediction.start() : repeated(prediction.embed(k, step.input(k)));
      Tensor hidden = prediction.hidden(k, input);
      Tensor guided = plan.guidance().combine(hidden, k);
      Tensor scaleLogits = sampler.exclude(prediction.logits(guided));
      TokenSampler.Drawn choice = sampler.draw(scaleLogits, scales, k);
      step.accept(k, forced(k, codes(choice, scales.get(k), batch)));
      scope.keep(step.decoderInput());
      logits = scope.keep(scaleLogits);
      drawn.add(choice.tokens());
      return new Done(k, scaleLogits, choice.tokens(), step.decoderInput());
    }
  }

  /**
   * Returns the outcome, when no scale is left. Its tensor belongs to the run.
   *
   * @throws IllegalStateException if a scale is left
   */
  public ScaleLoop.Outcome outcome() {
    if (hasNext()) {
      throw new IllegalStateException("scale %s was not computed yet".formatted(drawn.size()));
    }
    TokenMaps tokens = TokenMaps.join(plan.scales(), plan.classes().length, drawn);
    return new ScaleLoop.Outcome(tokens, step.decoderInput());
  }

  /** Adds an unconditional row for each image, for classifier-free guidance. */
  private static long[] withUnconditional(long[] classes, long noClass) {
    long[] rows = Arrays.copyOf(classes, 2 * classes.length);
    Arrays.fill(rows, classes.length, rows.length, noClass);
    return rows;
  }

  /** Repeats the input for the unconditional half of a guided batch, which sees the same tokens. */
  private Tensor repeated(Tensor input) {
    return rowsPerImage == 1 ? input : Functional.cat(List.of(input, input), 0);
  }

  /** Returns the codes (B, Cvae, h_k, w_k) of drawn tokens, or of their mixture. */
  private Tensor codes(TokenSampler.Drawn choice, Scale scale, int batch) {
    if (choice.mixture() == null) {
      return tokenizer.codes(choice.tokens(), batch, scale);
    }
    Tensor weights = choice.mixture().to(tokenizer.device());
    return tokenizer.quantizer().codebook().mix(weights, scale.height(), scale.width());
  }

  /** Replaces codes by those of the given image where an edit keeps them. */
  private Tensor forced(int k, Tensor codes) {
    ForcedTokens forced = plan.forced();
    if (forced == null) {
      return codes;
    }
    Scale scale = plan.scales().get(k);
    Tensor keep = Tensor.of(forced.kept(k), 1, 1, scale.height(), scale.width());
    return Functional.where(keep.to(codes.device()), tokenizer.codes(forced.given(), k), codes);
  }

  /** Frees the run's memory, on any thread. */
  @Override
  public void close() {
    prediction.close();
    owner.close();
  }
}
