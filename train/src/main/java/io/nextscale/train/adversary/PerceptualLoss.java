package io.nextscale.train.adversary;

import io.nextscale.torch.DType;
import io.nextscale.torch.Functional;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The distance of images as a network sees them: the mean over its layers of the mean squared
 * difference between features of unit length.
 *
 * <p>It follows LPIPS (Zhang et al. 2018, The Unreasonable Effectiveness of Deep Features as a
 * Perceptual Metric, section 3) without that metric's learned weights of channels; and it takes the
 * mean of channels and layers where LPIPS takes sums, so that {@code weight} means the same for any
 * network.
 *
 * @param features of the network
 * @param weight factor of the loss, finite and at least 0
 */
public record PerceptualLoss(ImageFeatures features, double weight) {
  // under the root, not beside it as in LPIPS: features of length 0 then have a finite gradient
  private static final double EPSILON = 1e-10;

  /** Checks the weight. */
  public PerceptualLoss {
    Objects.requireNonNull(features, "features");
    if (!(weight >= 0) || Double.isInfinite(weight)) {
      throw new IllegalArgumentException(
          "perceptual weight " + weight + ": expected a finite number, at least 0");
    }
  }

  /**
   * The weighted distance. Its gradient flows into {@code made} only.
   *
   * @param truth images (B, 3, h, w), −1 to 1
   * @param made the same shape
   * @return 0-dimensional float32, at least 0, in the caller's scope
   * @throws IllegalArgumentException if the shapes differ
   * @throws IllegalStateException if the network gives no layers, or others for each of the two
   */
  public Tensor of(Tensor truth, Tensor made) {
    if (!Arrays.equals(truth.shape(), made.shape())) {
      throw new IllegalArgumentException(
          "made %s: expected the shape of the truth, %s"
              .formatted(Arrays.toString(made.shape()), Arrays.toString(truth.shape())));
    }
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> wanted = wanted(truth);
      List<Tensor> found = features.of(made);
      if (wanted.isEmpty() || wanted.size() != found.size()) {
        throw new IllegalStateException(
            "features of %s layers of the truth and of %s of what was made: expected as many, at least 1"
                .formatted(wanted.size(), found.size()));
      }
      Tensor sum = Tensor.zeros(DType.FLOAT32, truth.device());
      for (int layer = 0; layer < found.size(); layer++) {
        sum = sum.add(Functional.mseLoss(normalized(found.get(layer)), wanted.get(layer)));
      }
      Tensor loss = sum.mul(weight / found.size()); // float64, as the weight is
      return scope.keep(loss.to(DType.FLOAT32));
    }
  }

  private List<Tensor> wanted(Tensor truth) {
    try (GradMode mode = GradMode.disabled()) {
      List<Tensor> wanted = new ArrayList<>();
      for (Tensor layer : features.of(truth)) {
        wanted.add(normalized(layer));
      }
      return wanted;
    }
  }

  /** (B, C, h, w) to vectors of length 1 along C, float32. */
  private static Tensor normalized(Tensor layer) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor x = layer.to(DType.FLOAT32);
      Tensor squares = Functional.sum(x.mul(x), 1, true); // (B, 1, h, w)
      return scope.keep(x.div(Functional.sqrt(squares.add(EPSILON))));
    }
  }
}
