/**
 * Generates images with next-scale visual autoregressive models (VAR, FlexVAR).
 *
 * <p>An {@link io.nextscale.var.ImageGenerator} loads a model and serves any number of threads. A
 * {@link io.nextscale.var.GenerationRequest} names classes and settings; it may edit given images,
 * follow the scales and be cancelled. The {@link io.nextscale.var.GenerationResult} holds images,
 * tokens and timings, and no native memory.
 *
 * <pre>{@code
 * try (ImageGenerator generator = ImageGenerator.load(ModelSource.folder(Path.of("model")))) {
 *   GenerationRequest request =
 *       GenerationRequest.of("bird", "heart")
 *           .seed(1)
 *           .onScale(event -> System.out.println("scale " + event.scale() + " is done"))
 *           .build();
 *   for (GeneratedImage image : generator.generate(request).images()) {
 *     Path file = Path.of(image.seed() + ".png");
 *     PngFile.write(file, image.toBufferedImage(), image.parameters());
 *   }
 * }
 * }</pre>
 */
@NullMarked
package io.nextscale.var;

import org.jspecify.annotations.NullMarked;
