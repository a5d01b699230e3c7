package io.nextscale.var;

import java.util.List;

/**
 * How well a transformer predicts given tokens when it is told the true ones before them.
 *
 * @param crossEntropy mean over images and positions of each scale, in nats
 * @param accuracy share of positions at which the most probable token is the true one, for each
 *     scale
 * @param meanCrossEntropy mean over all L positions
 * @param meanAccuracy likewise
 * @param logits (B, L, V) row-major, if they were asked for; empty otherwise
 */
public record Score(
    List<Double> crossEntropy,
    List<Double> accuracy,
    double meanCrossEntropy,
    double meanAccuracy,
    float[] logits) {}
