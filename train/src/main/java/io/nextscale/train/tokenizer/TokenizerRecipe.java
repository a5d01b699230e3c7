package io.nextscale.train.tokenizer;

import io.nextscale.train.optim.LearningRate;
import io.nextscale.var.check.Check;

/**
 * The hyperparameters of a tokenizer's training.
 *
 * @param batchSize images a pass
 * @param passes whose gradients are summed up for one step
 * @param rate peak of the learning rate; it falls to 1 % along a cosine
 * @param warmUpSteps in which it rises
 * @param weightDecay of all but the codes
 * @param largestNorm to which the gradients' norm is clipped
 * @param plainSteps steps at the beginning without a quantizer, in which the latent takes shape
 * @param unquantized share of each batch that skips the quantizer after them; it falls to 0
 * @param unquantizedUntil share of the training at which it is 0
 * @param restartEvery number of steps after which codes that nothing finds are set to random
 *     vectors
 * @param comparedScales of a FlexVAR tokenizer: scales compared in a step; the last is always one
 * @param movingAverage decay of the moving average of the weights that is exported; 0 exports the
 *     weights
 */
public record TokenizerRecipe(
    int batchSize,
    int passes,
    double rate,
    int warmUpSteps,
    double weightDecay,
    double largestNorm,
    int plainSteps,
    double unquantized,
    double unquantizedUntil,
    int restartEvery,
    int comparedScales,
    double movingAverage) {

  /** Checks every range. */
  public TokenizerRecipe {
    Check.range("batch", batchSize, 1, 4096);
    Check.range("passes", passes, 1, 4096);
    Check.positive("rate", rate);
    Check.atLeast("warm_up_steps", warmUpSteps, 0);
    Check.atLeast("weight_decay", weightDecay, 0);
    Check.that(largestNorm > 0, "largest_norm", largestNorm, "above 0");
    Check.atLeast("plain_steps", plainSteps, 0);
    Check.range("unquantized", unquantized, 0, 1);
    Check.range("unquantized_until", unquantizedUntil, 0, 1);
    Check.atLeast("restart_every", restartEvery, 1);
    Check.atLeast("compared_scales", comparedScales, 1);
    Check.that(
        movingAverage >= 0 && movingAverage < 1, "moving_average", movingAverage, "0 to below 1");
  }

  LearningRate learningRate(long steps) {
    double warmUp = Math.min((double) warmUpSteps / steps, 0.2);
    return new LearningRate(rate, warmUp, 0.01, LearningRate.Decay.COSINE);
  }

  /** First step with the quantizer: a short training spends less on the latent alone. */
  long quantizedFrom(long steps) {
    return Math.min(plainSteps, steps / 6);
  }

  /** Images of a batch that skip the quantizer at a step. */
  int skipping(long step, long steps) {
    long from = quantizedFrom(steps);
    double until = Math.max(unquantizedUntil * steps, from + 1);
    double left = Math.max(0, 1 - (step - from) / (until - from));
    return (int) Math.round(unquantized * left * batchSize);
  }
}
