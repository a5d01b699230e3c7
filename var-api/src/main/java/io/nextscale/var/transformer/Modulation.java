package io.nextscale.var.transformer;

import io.nextscale.torch.Tensor;

/**
 * Gamma, scale and shift of the two halves of a block. Their shapes are those of {@link
 * Modulations}.
 *
 * @param gamma1 multiplies the attention's output
 * @param gamma2 multiplies the MLP's output
 * @param norm1 normalizes the attention's input
 * @param norm2 normalizes the MLP's input
 */
record Modulation(Tensor gamma1, Tensor gamma2, ModulatedNorm norm1, ModulatedNorm norm2) {}
