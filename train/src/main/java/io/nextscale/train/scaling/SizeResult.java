package io.nextscale.train.scaling;

/**
 * The prediction of held-out images by the transformer of one size.
 *
 * @param depth d
 * @param blockParameters N: parameter count of the blocks, the 18·d·w² of VAR's scaling laws and
 *     biases
 * @param parameters parameter count with embeddings, positions and head
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
