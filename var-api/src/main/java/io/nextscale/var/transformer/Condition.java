package io.nextscale.var.transformer;

import io.nextscale.torch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The condition of a run ({@code cond_BD}), computed once for all scales.
 *
 * @param embedding class embeddings (B, C)
 * @param activated SiLU of the embedding, (B, C)
 * @param shared the modulation that all blocks share, (B, 1, 6, C), if the model has one
 */
record Condition(Tensor embedding, Tensor activated, @Nullable Tensor shared) {}
