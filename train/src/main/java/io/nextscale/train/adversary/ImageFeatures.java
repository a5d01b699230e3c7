package io.nextscale.train.adversary;

import io.nextscale.torch.Tensor;
import java.util.List;

/** A trained network's view of images, supplied by the user: no weights are shipped. */
@FunctionalInterface
public interface ImageFeatures {
  /**
   * Features of several layers, differentiable with respect to the images. The network's own
   * weights must collect no gradients: they are not trained.
   *
   * @param images (B, 3, h, w), −1 to 1
   * @return for each layer (B, C, h', w') of its own C, h', w', in the caller's scope; at least one
   *     layer, and as many for all images
   */
  List<Tensor> of(Tensor images);
}
