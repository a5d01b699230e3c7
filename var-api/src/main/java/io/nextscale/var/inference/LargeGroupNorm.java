package io.nextscale.var.inference;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.nn.GroupNorm;
import java.util.List;

/**
 * Normalizes large feature maps over groups of channels. In the channels-last layout libtorch's
 * kernel adds up all pixels of a thread one after the other in float32, so that the error grows
 * with the map and falls with the number of threads (docs/experiments/0045-large-group-norms.md).
 * Here it takes the moments of tiles, whose sums are short; the moments of the map are computed
 * from them in float64.
 */
final class LargeGroupNorm {
  /** Pixels of the largest map that libtorch's kernel normalizes. */
  private static final long LARGEST_PLAIN = 1 << 16;

  private static final long TILE_PIXELS = 2048;
  private static final long TILES_AT_ONCE = 4; // as many as stay in the processor's cache

  private LargeGroupNorm() {}

  /** Whether a map (B, channels, h, w) is to be normalized here. */
  static boolean serves(Tensor x) {
    return x.size(2) * x.size(3) > LARGEST_PLAIN
        && x.dtype() == DType.FLOAT32
        && x.device().type() == Device.Type.CPU
        && x.strides()[1] == 1;
  }

  /** Maps (B, channels, h, w) to the same shape; {@link #serves} holds. */
  static Tensor forward(GroupNorm norm, Tensor x) {
    int batch = Math.toIntExact(x.size(0));
    if (batch == 1) {
      return image(norm, x);
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor[] images = new Tensor[batch];
      for (int i = 0; i < batch; i++) {
        images[i] = image(norm, x.narrow(0, i, 1));
      }
      return scope.keep(Functional.cat(List.of(images), 0));
    }
  }

  private static Tensor image(GroupNorm norm, Tensor x) {
    try (TensorScope scope = TensorScope.open()) {
      Moments moments = moments(norm, x);
      return scope.keep(
          Layers.batchNorm(
              x,
              moments.mean((int) x.size(1)),
              moments.variance((int) x.size(1)),
              norm.weight(),
              norm.bias(),
              norm.epsilon()));
    }
  }

  private static Moments moments(GroupNorm norm, Tensor x) {
    long channels = x.size(1);
    long height = x.size(2);
    long width = x.size(3);
    long rows = Math.max(1, TILE_PIXELS / width);
    Tensor pixels = x.permute(0, 2, 3, 1); // (1, h, w, channels), contiguous
    Moments moments = new Moments(norm.groups(), norm.epsilon());
    long row = 0;
    while (row < height) {
      long tiles = Math.min(TILES_AT_ONCE, (height - row) / rows);
      long here = tiles > 0 ? rows : height - row; // the rest is one smaller tile
      tiles = Math.max(1, tiles);
      try (TensorScope scope = TensorScope.open()) {
        Tensor part =
            pixels
                .narrow(1, row, tiles * here)
                .reshape(tiles, here, width, channels)
                .permute(0, 3, 1, 2);
        Tensor[] tile = Layers.nativeGroupNorm(part, norm.groups(), null, null, norm.epsilon());
        moments.add(tile[1].toFloats(), tile[2].toFloats(), here * width);
      }
      row += tiles * here;
    }
    return moments;
  }

  /** Mean and mean square of groups, from those of tiles. */
  private static final class Moments {
    private final double[] sums;
    private final double[] squares;
    private final double epsilon;
    private long pixels;

    Moments(int groups, double epsilon) {
      sums = new double[groups];
      squares = new double[groups];
      this.epsilon = epsilon;
    }

    /**
     * Adds tiles of equal size.
     *
     * @param mean (tiles, groups)
     * @param scale {@code 1/sqrt(variance + epsilon)}, of the same shape
     */
    void add(float[] mean, float[] scale, long tilePixels) {
      for (int i = 0; i < mean.length; i++) {
        double variance = 1 / ((double) scale[i] * scale[i]) - epsilon;
        sums[i % sums.length] += tilePixels * (double) mean[i];
        squares[i % sums.length] += tilePixels * (variance + (double) mean[i] * mean[i]);
      }
      pixels += mean.length / sums.length * tilePixels;
    }

    /** Mean of the group of each channel. */
    Tensor mean(int channels) {
      float[] values = new float[channels];
      for (int c = 0; c < channels; c++) {
        values[c] = (float) (sums[c * sums.length / channels] / pixels);
      }
      return Tensor.of(values, channels);
    }

    /** Variance of the group of each channel. */
    Tensor variance(int channels) {
      float[] values = new float[channels];
      for (int c = 0; c < channels; c++) {
        int group = c * sums.length / channels;
        double mean = sums[group] / pixels;
        values[c] = (float) Math.max(0, squares[group] / pixels - mean * mean);
      }
      return Tensor.of(values, channels);
    }
  }
}
