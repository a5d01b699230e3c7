package io.nextscale.var.transformer;

import io.nextscale.torch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The condition of a run ({@code cond_BD}), computed once for all scales.
 *
 * @param activated SiLU of the class embeddings, (B, C)
 * @param shared the modulation that all blocks share, (B, 3n, C), if the model has one
 */
record Condition(Tensor activated, @Nullable Tensor shared) {}
