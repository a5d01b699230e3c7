/**
 * Edits of given images or token maps: the generation is forced to the given tokens wherever they
 * are kept.
 *
 * <p>{@link io.nextscale.var.edit.Inpainting} generates a region anew, or everything around it,
 * with any model. {@link io.nextscale.var.edit.Refinement} enlarges an image and {@link
 * io.nextscale.var.edit.Expansion} continues it over its border, with a FlexVAR model. {@link
 * io.nextscale.var.edit.TokenEdit} starts from token maps; {@link io.nextscale.var.edit.KeptTokens}
 * says which tokens are kept.
 *
 * <pre>{@code
 * PixelArray image = PixelArray.fromImage(ImageFile.read(Path.of("cat.png")));
 * EditRegion top = EditRegion.box(0, 0, 0.5, 1); // y0, x0, y1, x1
 * GenerationRequest request =
 *     GenerationRequest.of("bird").edit(Inpainting.inPaint(image, top)).build();
 * }</pre>
 */
@NullMarked
package io.nextscale.var.edit;

import org.jspecify.annotations.NullMarked;
