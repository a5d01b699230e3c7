/**
 * Scales, image sizes, and token maps: the tokens of images at every scale.
 *
 * <p>Sides are written height x width: of a {@link io.nextscale.var.scale.Scale} in tokens, of an
 * {@link io.nextscale.var.scale.ImageSize} in pixels. {@link io.nextscale.var.scale.ScaleSchedule}
 * picks scales for a model that takes any.
 *
 * <pre>{@code
 * Scales scales = ScaleSchedule.of(16, 32, 8); // from 1x1 to 16x32 tokens in 8 steps
 * TokenMaps tokens = generator.tokenize(List.of(image), scales).tokens();
 * long[] finest = tokens.ofScale(scales.count() - 1); // 512 tokens, row-major
 * }</pre>
 */
@NullMarked
package io.nextscale.var.scale;

import org.jspecify.annotations.NullMarked;
