package io.nextscale.var.edit;

import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.ScaleSelection;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.util.List;

/**
 * A request's edit of given images. All edits are one mechanism: the tokens of the images are
 * forced on the generation wherever they are kept.
 */
public sealed interface ImageEdit permits Inpainting, Refinement, Expansion {
  /** One for each class of the request, or one for all; all of one size. */
  List<PixelArray> images();

  /**
   * The scales of the generation.
   *
   * @param selection what the request says about them
   * @throws IllegalArgumentException if the model cannot have them
   */
  Scales scales(ModelSpec spec, ScaleSelection selection);

  /**
   * Which tokens are kept.
   *
   * @param scales of the generation
   * @throws IllegalArgumentException if the images do not fit them
   */
  KeptTokens kept(ModelSpec spec, Scales scales);

  /**
   * The size that all images have.
   *
   * @throws IllegalArgumentException if there is none, or they differ
   */
  default ImageSize size() {
    return PixelArray.commonSize(images());
  }

  /**
   * The grid of tokens of the images.
   *
   * @throws IllegalArgumentException if there is none, they differ, or their size is no multiple of
   *     the patch size
   */
  default Scale grid(ModelSpec spec) {
    return size().grid(spec.tokenizer().downsampling());
  }

  /**
   * The place of an image's grid within the finest grid of the generation.
   *
   * @param grid of the image
   * @param last finest grid of the generation
   */
  default Padding padding(Scale grid, Scale last) {
    return Padding.NONE;
  }

  /** Tokens around an image. */
  record Padding(int left, int right, int top, int bottom) {
    /** The image's own grid. */
    public static final Padding NONE = new Padding(0, 0, 0, 0);
  }
}
