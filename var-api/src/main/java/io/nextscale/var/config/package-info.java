/**
 * Hyperparameters of networks: records that check their ranges, read from {@code config.json}.
 *
 * <p>A {@link io.nextscale.var.model.ModelSpec} holds a tokenizer's and a transformer's. Builders
 * take components by name, or change some of them.
 *
 * <pre>{@code
 * TransformerConfig official = OfficialModels.preset("var-d16").transformer();
 * TransformerConfig small = official.toBuilder().depth(4).build();
 * System.out.println(small.linearParameterCount());
 * }</pre>
 */
@NullMarked
package io.nextscale.var.config;

import org.jspecify.annotations.NullMarked;
