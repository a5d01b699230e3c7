package io.nextscale.var.edit;

import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scale;
import java.util.List;

/**
 * Edit of given images, which are encoded to token maps first.
 *
 * <p>An application creates an {@link Inpainting}, a {@link Refinement} or an {@link Expansion};
 * all are immutable and may be shared by requests. The methods {@code scales}, {@code kept}, {@code
 * grid} and {@code padding} are called by the engine.
 */
public sealed interface ImageEdit extends Edit permits Inpainting, Refinement, Expansion {
  /** Images to edit: one for each class of the request, or one for all; all of one size. */
  List<PixelArray> images();

  @Override
  default int count() {
    return images().size();
  }

  /**
   * Size of all images, in pixels.
   *
   * @throws IllegalArgumentException if there is no image, or their sizes differ
   */
  default ImageSize size() {
    return PixelArray.commonSize(images());
  }

  /**
   * Grid of the tokens of an image. Called by the engine.
   *
   * @param spec the model
   * @throws IllegalArgumentException if there is no image, their sizes differ, or a side is no
   *     multiple of the patch size
   */
  default Scale grid(ModelSpec spec) {
    return size().grid(spec.tokenizer().downsampling());
  }

  /**
   * Places an image's grid within the finest grid of the generation. Called by the engine.
   *
   * @param grid of the image
   * @param last finest grid of the generation
   * @return tokens that surround the image; none by default
   */
  default Padding padding(Scale grid, Scale last) {
    return Padding.NONE;
  }

  /**
   * Tokens around an image.
   *
   * @param left columns before it
   * @param right columns after it
   * @param top rows above it
   * @param bottom rows below it
   */
  record Padding(int left, int right, int top, int bottom) {
    /** No tokens: the image fills the grid. */
    public static final Padding NONE = new Padding(0, 0, 0, 0);
  }
}
