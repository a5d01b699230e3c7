package io.nextscale.var.transformer;

import io.nextscale.torch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What a run is conditioned on; computed once for all scales.
 *
 * @param embedding (B, C) of the classes
 * @param activated SiLU of the embedding, (B, C)
 * @param shared the modulation that all blocks share, (B, 1, 6, C), if the model has one
 */
record Condition(Tensor embedding, Tensor activated, @Nullable Tensor shared) {}
