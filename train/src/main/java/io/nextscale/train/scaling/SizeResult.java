package io.nextscale.train.scaling;

/**
 * How well the transformer of one size predicts held-out images.
 *
 * @param depth d
 * @param blockParameters N: numbers in the blocks. These are the 18·d·w² of VAR's scaling laws, and
 *     biases
 * @param parameters numbers in all, with embeddings, positions and head
 * @param lastLoss cross-entropy of the tokens of the last scale, nats
 * @param loss that of all tokens
 * @param lastError share of the last scale's tokens that are not the most probable
 * @param error that of all tokens
 * @param steps that it was trained for
 * @param imagesPerSecond speed of the training; NaN where it was not measured
 */
public record SizeResult(
    int depth,
    long blockParameters,
    long parameters,
    double lastLoss,
    double loss,
    double lastError,
    double error,
    long steps,
    double imagesPerSecond) {}
