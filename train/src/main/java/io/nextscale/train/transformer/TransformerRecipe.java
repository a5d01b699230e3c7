package io.nextscale.train.transformer;

import io.nextscale.train.optim.LearningRate;

/**
 * The numbers of a transformer's training.
 *
 * @param batchSize images a pass
 * @param passes whose gradients are summed up for one step
 * @param rate peak of the learning rate; it falls to 1 %
 * @param decay how it falls
 * @param warmUpSteps in which it rises
 * @param weightDecay of matrices; vectors, positions and embeddings do not decay
 * @param largestNorm to which the gradients' norm is clipped
 * @param gamma of the blocks at the start, see {@link TransformerInitialization}
 * @param classDropout share of images whose class is not told
 * @param tokenDropout share of the embedded inputs' numbers that are dropped
 * @param smoothing share of a token's probability that all tokens get
 * @param balance how much rarer images of large classes are drawn, see {@link
 *     io.nextscale.train.data.SampleOrder#balanced}; 0: every image once an epoch
 * @param copies of each image: as it is, and augmented in different ways
 * @param tokenCap of a FlexVAR transformer: most tokens of a random list of scales
 * @param movingAverage decay of the moving average of the weights that is exported; 0: the weights
 */
public record TransformerRecipe(
    int batchSize,
    int passes,
    double rate,
    LearningRate.Decay decay,
    int warmUpSteps,
    double weightDecay,
    double largestNorm,
    double gamma,
    double classDropout,
    double tokenDropout,
    double smoothing,
    double balance,
    int copies,
    int tokenCap,
    double movingAverage) {

  /** Checks every range. */
  public TransformerRecipe {
    require("batch", batchSize >= 1 && batchSize <= 4096, batchSize, "1 to 4096");
    require("passes", passes >= 1 && passes <= 4096, passes, "1 to 4096");
    require("rate", rate > 0 && Double.isFinite(rate), rate, "more than 0");
    require("warm_up_steps", warmUpSteps >= 0, warmUpSteps, "0 and more");
    require("weight_decay", weightDecay >= 0, weightDecay, "0 and more");
    require("largest_norm", largestNorm > 0, largestNorm, "more than 0");
    require("gamma", gamma >= 0 && gamma <= 1, gamma, "0 to 1");
    require("class_dropout", classDropout >= 0 && classDropout <= 1, classDropout, "0 to 1");
    require("token_dropout", tokenDropout >= 0 && tokenDropout < 1, tokenDropout, "0 to below 1");
    require("label_smoothing", smoothing >= 0 && smoothing < 1, smoothing, "0 to below 1");
    require("balance", balance >= 0 && balance <= 1, balance, "0 to 1");
    require("copies", copies >= 1 && copies <= 1000, copies, "1 to 1000");
    require("token_cap", tokenCap >= 5, tokenCap, "5 and more");
    require(
        "moving_average", movingAverage >= 0 && movingAverage < 1, movingAverage, "0 to below 1");
  }

  private static void require(String name, boolean good, double value, String allowed) {
    if (!good) {
      throw new IllegalArgumentException(name + " " + value + ": expected " + allowed);
    }
  }

  LearningRate learningRate(long steps) {
    return new LearningRate(rate, Math.min((double) warmUpSteps / steps, 0.2), 0.01, decay);
  }
}
