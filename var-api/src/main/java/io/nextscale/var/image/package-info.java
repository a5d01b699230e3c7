/**
 * Images outside the model: files, pixel arrays, edit masks, contact sheets and animated previews.
 *
 * <p>{@link io.nextscale.var.image.PixelArray} is an image as models take it; {@link
 * java.awt.image.BufferedImage} is what files hold. Nothing is drawn through AWT, so neither a
 * display nor installed fonts are needed.
 *
 * <pre>{@code
 * PixelArray image = PixelArray.fromImage(ImageFile.read(Path.of("cat.jpg")));
 * PixelArray small = image.resizeBicubic(new ImageSize(256, 256)); // height, width
 * PngFile.write(Path.of("small.png"), small.toImage(), Map.of("source", "cat.jpg"));
 *
 * BufferedImage sheet =
 *     new ContactSheet().render(List.of(image.toImage(), small.toImage()), List.of("cat", "small"));
 * }</pre>
 */
@NullMarked
package io.nextscale.var.image;

import org.jspecify.annotations.NullMarked;
