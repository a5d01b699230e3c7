package io.nextscale.train.transformer;

import io.nextscale.train.optim.LearningRate;
import io.nextscale.var.check.Check;
import java.util.Objects;

/**
 * The hyperparameters of a transformer's training.
 *
 * @param batchSize images a pass
 * @param passes whose gradients are summed up for one step
 * @param rate peak of the learning rate; it falls to 1 %
 * @param decay how it falls
 * @param warmUpSteps in which it rises
 * @param weightDecay of matrices; vectors, positions and embeddings do not decay
 * @param largestNorm to which the gradients' norm is clipped
 * @param gamma by which blocks multiply what they add at the start, see {@link
 *     TransformerInitialization}
 * @param classDropout share of images that are trained on without their class
 * @param tokenDropout share of the embedded inputs' elements that are dropped
 * @param smoothing share of a token's probability that all tokens get
 * @param balance how much rarer images of large classes are drawn, see {@link
 *     io.nextscale.train.data.SampleOrder#balanced}; 0: every image once an epoch
 * @param copies of each image: as it is, and augmented in different ways
 * @param tokenCap of a FlexVAR transformer: most tokens of a random list of scales
 * @param movingAverage decay of the moving average of the weights that is exported; 0 exports the
 *     weights
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
    Objects.requireNonNull(decay, "decay");
    Check.range("batch", batchSize, 1, 4096);
    Check.range("passes", passes, 1, 4096);
    Check.positive("rate", rate);
    Check.atLeast("warm_up_steps", warmUpSteps, 0);
    Check.atLeast("weight_decay", weightDecay, 0);
    Check.that(largestNorm > 0, "largest_norm", largestNorm, "above 0");
    Check.range("gamma", gamma, 0, 1);
    Check.range("class_dropout", classDropout, 0, 1);
    Check.that(
        tokenDropout >= 0 && tokenDropout < 1, "token_dropout", tokenDropout, "0 to below 1");
    Check.that(smoothing >= 0 && smoothing < 1, "label_smoothing", smoothing, "0 to below 1");
    Check.range("balance", balance, 0, 1);
    Check.range("copies", copies, 1, 1000);
    Check.atLeast("token_cap", tokenCap, 5);
    Check.that(
        movingAverage >= 0 && movingAverage < 1, "moving_average", movingAverage, "0 to below 1");
  }

  /** The same hyperparameters with another peak of the learning rate. */
  public TransformerRecipe withRate(double rate) {
    return new TransformerRecipe(
        batchSize,
        passes,
        rate,
        decay,
        warmUpSteps,
        weightDecay,
        largestNorm,
        gamma,
        classDropout,
        tokenDropout,
        smoothing,
        balance,
        copies,
        tokenCap,
        movingAverage);
  }

  LearningRate learningRate(long steps) {
    return new LearningRate(rate, Math.min((double) warmUpSteps / steps, 0.2), 0.01, decay);
  }
}
