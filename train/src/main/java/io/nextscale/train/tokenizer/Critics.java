package io.nextscale.train.tokenizer;

import io.nextscale.torch.Autograd;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.train.adversary.Adversary;
import io.nextscale.train.adversary.PerceptualLoss;
import io.nextscale.train.optim.AdamW;
import io.nextscale.var.check.Check;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Judges of a tokenizer's images beside the pixel loss: an adversary that learns to tell them from
 * true ones, and features that a user supplies. Either may be missing.
 */
public final class Critics implements AutoCloseable {
  private final @Nullable PerceptualLoss perceptual;
  private final @Nullable Adversary adversary;
  private final @Nullable AdamW optimiser;
  private final Hyperparameters hyperparameters;

  /**
   * The hyperparameters of an adversary.
   *
   * @param weight of its judgement in the tokenizer's loss, at least 0
   * @param from share of the training after which it takes part, 0 to 1; earlier, it would tell the
   *     images apart too easily
   * @param rate factor of the tokenizer's learning rate, above 0
   */
  public record Hyperparameters(double weight, double from, double rate) {
    /** No adversary. */
    private static final Hyperparameters NONE = new Hyperparameters(0, 1, 1);

    /** Checks every range. */
    public Hyperparameters {
      Check.atLeast("weight of the adversary", weight, 0);
      Check.range("from of the adversary", from, 0, 1);
      Check.that(rate > 0, "rate of the adversary", rate, "above 0");
    }
  }

  private Critics(
      @Nullable PerceptualLoss perceptual,
      @Nullable Adversary adversary,
      Hyperparameters hyperparameters) {
    this.perceptual = perceptual;
    this.adversary = adversary;
    this.hyperparameters = hyperparameters;
    this.optimiser =
        adversary == null ? null : new AdamW(adversary.parameters(), 0, name -> false, 2);
  }

  /** Pixels alone. */
  public static Critics none() {
    return new Critics(null, null, Hyperparameters.NONE);
  }

  /** Features that a user supplies. */
  public static Critics of(PerceptualLoss perceptual) {
    return new Critics(perceptual, null, Hyperparameters.NONE);
  }

  /**
   * An adversary, and features if they are given.
   *
   * @param adversary is closed with this
   */
  public static Critics of(
      Adversary adversary, Hyperparameters hyperparameters, @Nullable PerceptualLoss perceptual) {
    return new Critics(perceptual, adversary, hyperparameters);
  }

  /**
   * Adds their part to the tokenizer's loss.
   *
   * @param loss 0-dimensional
   * @param truth (B, 3, H, W)
   * @param made likewise
   * @param progress of the training, 0 to 1
   */
  Tensor add(Tensor loss, Tensor truth, Tensor made, double progress) {
    Tensor sum = loss;
    if (perceptual != null) {
      sum = sum.add(perceptual.of(truth, made));
    }
    if (adversary != null && progress >= hyperparameters.from()) {
      sum = sum.addScaled(adversary.fool(made), hyperparameters.weight());
    }
    return sum;
  }

  /** Lets the adversary learn from images; its gradients are summed up until {@link #step}. */
  void learn(Tensor truth, Tensor made, double progress) {
    if (adversary != null && progress >= hyperparameters.from()) {
      try (TensorScope scope = TensorScope.open()) {
        Autograd.backward(adversary.tell(truth, made));
      }
    }
  }

  /** Takes a step of the adversary. */
  void step(double rate, int passes, double progress) {
    if (optimiser != null && progress >= hyperparameters.from()) {
      optimiser.step(rate * hyperparameters.rate(), passes);
    }
  }

  /** Every tensor of the adversary that later steps depend on. */
  Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    if (adversary != null && optimiser != null) {
      state.putAll(adversary.parameters());
      state.putAll(optimiser.state());
    }
    return state;
  }

  @Override
  public void close() {
    if (optimiser != null) {
      optimiser.close();
    }
    if (adversary != null) {
      adversary.close();
    }
  }
}
