package io.nextscale.train.tokenizer;

import io.nextscale.torch.Functional;
import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;

/**
 * The distance of images from the true ones: mean absolute and squared differences of pixels, the
 * absolute ones of neighbours' differences (edges), and the squared ones of averages over 4×4 and
 * 16×16 pixels (colours of areas, which the others leave to last).
 */
final class PixelLoss {
  private static final double EDGES = 0.5;
  private static final double AREAS = 2;
  private static final int[] WINDOWS = {4, 16};

  private PixelLoss() {}

  /**
   * Computes the loss of images.
   *
   * @param made float32 (B, 3, H, W)
   * @param truth same shape
   * @return 0-dimensional
   */
  static Tensor of(Tensor made, Tensor truth) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor loss = Functional.l1Loss(made, truth).add(Functional.mseLoss(made, truth));
      for (int dimension = 2; dimension <= 3; dimension++) {
        Tensor edges = Functional.l1Loss(edges(made, dimension), edges(truth, dimension));
        loss = loss.add(edges, EDGES);
      }
      for (int window : WINDOWS) {
        long height = made.size(2) / window;
        long width = made.size(3) / window;
        if (height > 0 && width > 0) {
          Tensor areas =
              Functional.mseLoss(
                  Layers.adaptiveAvgPool2d(made, height, width),
                  Layers.adaptiveAvgPool2d(truth, height, width));
          loss = loss.add(areas, AREAS);
        }
      }
      return scope.keep(loss);
    }
  }

  private static Tensor edges(Tensor images, int dimension) {
    long length = images.size(dimension) - 1;
    return images.narrow(dimension, 1, length).sub(images.narrow(dimension, 0, length));
  }
}
