package io.nextscale.var.transformer;

import io.nextscale.torch.Tensor;

/**
 * Gamma, scale and shift of one branch of a block. Their shapes are those of {@link Modulations}.
 *
 * @param gamma multiplies the branch's output
 * @param norm normalizes the branch's input
 */
record Modulation(Tensor gamma, ModulatedNorm norm) {}
