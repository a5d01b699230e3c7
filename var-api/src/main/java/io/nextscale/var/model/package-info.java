/**
 * Models: their origins, folders, configurations and published presets.
 *
 * <p>A {@link io.nextscale.var.model.ModelSource} is given to {@code ImageGenerator.load}, a {@link
 * io.nextscale.var.model.TokenizerSource} to {@code ImageTokenizer.load}. A {@link
 * io.nextscale.var.model.ModelSpec} tells classes, scales and defaults of a model.
 *
 * <pre>{@code
 * ModelSource source =
 *     ModelSource.files(Path.of("vae_ch160v4096z32.pth"), Path.of("var_d16.pth"));
 * try (ImageGenerator generator = ImageGenerator.load(source)) {
 *   ModelSpec spec = generator.spec();
 *   System.out.println(spec.name() + ": " + spec.imageSize() + ", scales " + spec.scales());
 * }
 * }</pre>
 */
@NullMarked
package io.nextscale.var.model;

import org.jspecify.annotations.NullMarked;
