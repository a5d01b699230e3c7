package io.nextscale.train.tokenizer;

import io.nextscale.torch.Autograd;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.train.adversary.Adversary;
import io.nextscale.train.adversary.PerceptualLoss;
import io.nextscale.train.optim.AdamW;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What judges a tokenizer's images beside their pixels: an adversary that learns to tell them from
 * true ones, and features that a user supplies. Either may be missing.
 */
public final class Critics implements AutoCloseable {
  private final @Nullable PerceptualLoss perceptual;
  private final @Nullable Adversary adversary;
  private final @Nullable AdamW optimiser;
  private final Numbers numbers;

  /**
   * The numbers of an adversary.
   *
   * @param weight of its judgement in the tokenizer's loss, at least 0
   * @param from share of the training that it joins after, 0 to 1: before, images are told apart
   *     too easily
   * @param rate its learning rate, as a share of the tokenizer's
   */
  public record Numbers(double weight, double from, double rate) {
    /** Those of no adversary. */
    public static final Numbers NONE = new Numbers(0, 1, 1);

    /** Checks every range. */
    public Numbers {
      if (!(weight >= 0) || !(from >= 0 && from <= 1) || !(rate > 0)) {
        throw new IllegalArgumentException(
            "adversary with weight %s, from %s, rate %s: expected 0 and more, 0 to 1, above 0"
                .formatted(weight, from, rate));
      }
    }
  }

  private Critics(
      @Nullable PerceptualLoss perceptual, @Nullable Adversary adversary, Numbers numbers) {
    this.perceptual = perceptual;
    this.adversary = adversary;
    this.numbers = numbers;
    this.optimiser =
        adversary == null ? null : new AdamW(adversary.parameters(), 0, name -> false, 2);
  }

  /** Pixels alone. */
  public static Critics none() {
    return new Critics(null, null, Numbers.NONE);
  }

  /** Features that a user supplies. */
  public static Critics of(PerceptualLoss perceptual) {
    return new Critics(perceptual, null, Numbers.NONE);
  }

  /**
   * An adversary, and features if they are given.
   *
   * @param adversary is closed with this
   */
  public static Critics of(
      Adversary adversary, Numbers numbers, @Nullable PerceptualLoss perceptual) {
    return new Critics(perceptual, adversary, numbers);
  }

  /**
   * What they add to the tokenizer's loss.
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
    if (adversary != null && progress >= numbers.from()) {
      sum = sum.add(adversary.fool(made), numbers.weight());
    }
    return sum;
  }

  /** Lets the adversary learn from images; its gradients pile up until {@link #step}. */
  void learn(Tensor truth, Tensor made, double progress) {
    if (adversary != null && progress >= numbers.from()) {
      try (TensorScope scope = TensorScope.open()) {
        Autograd.backward(adversary.tell(truth, made));
      }
    }
  }

  /** A step of the adversary. */
  void step(double rate, int passes, double progress) {
    if (optimiser != null && progress >= numbers.from()) {
      optimiser.step(rate * numbers.rate(), passes);
    }
  }

  /** What is to be saved. */
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
