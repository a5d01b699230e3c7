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
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One run over the scales: all tokens of a scale at once (VAR, section 3.1 and figure 4; {@code
 * autoregressive_infer_cfg} in {@code models/var.py}). Each scale is a step.
 */
public final class ScaleRun implements GenerationRun {
  private final TensorScope owner = TensorScope.create();
  private final ScaleLoop.Plan plan;
  private final VqVae tokenizer;
  private final Predictor.Run prediction;
  private final ScaleStep step;
  private final TokenSampler sampler;
  private final int rowsPerImage;
  private final List<long[]> drawn = new ArrayList<>();
  private @Nullable Tensor logits;

  ScaleRun(ScaleLoop loop, ScaleLoop.Plan plan, Runnable interruption) {
    this.plan = plan;
    tokenizer = loop.tokenizer();
    long[] classes = plan.classes();
    long[] rows = plan.rows(loop.predictor().noClass());
    rowsPerImage = rows.length / classes.length;
    sampler = new TokenSampler(plan.drawing(), tokenizer.config().vocabularySize());
    Predictor.Run begun = null;
    boolean complete = false;
    try (TensorScope.Entry entry = owner.enter()) { // what they allocate lives as long as the run
      begun = loop.predictor().begin(rows, plan.scales(), interruption);
      step = tokenizer.quantizer().begin(plan.scales());
      complete = true;
    } finally {
      if (!complete) {
        close(begun);
      }
    }
    prediction = begun;
  }

  @Override
  public List<Scale> steps() {
    return plan.scales().list();
  }

  @Override
  public boolean hasNext() {
    return drawn.size() < plan.scales().count();
  }

  @Override
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
      return new Done(k, k, scaleLogits, choice.tokens(), step.decoderInput());
    }
  }

  @Override
  public ScaleLoop.Outcome outcome() {
    if (hasNext()) {
      throw new IllegalStateException("scale %s was not computed yet".formatted(drawn.size()));
    }
    TokenMaps tokens = TokenMaps.join(plan.scales(), plan.classes().length, drawn);
    return new ScaleLoop.Outcome(tokens, step.decoderInput());
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

  @Override
  public void close() {
    close(prediction);
  }

  private void close(Predictor.@Nullable Run begun) {
    try (owner) {
      if (begun != null) {
        begun.close();
      }
    }
  }
}
