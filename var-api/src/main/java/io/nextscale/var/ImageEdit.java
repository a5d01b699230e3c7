package io.nextscale.var;

import io.nextscale.var.generate.KeptTokens;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.ScaleSelection;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.util.List;

/**
 * What a request does with images of its own. All tasks are one mechanism: the images' tokens are
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
    return ImageSizes.common(images());
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
}
