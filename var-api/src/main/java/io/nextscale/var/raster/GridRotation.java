package io.nextscale.var.raster;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Indexing;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.scale.Scale;

/**
 * Turns queries and keys by the row and the column of their tokens ({@code precompute_freqs_cis_2d}
 * and {@code apply_rotary_emb} in LlamaGen's {@code gpt.py}). A pair is two neighbouring elements;
 * the first half of the pairs turns by the row, the second by the column. Cosine and sine of the
 * class's position are both 0, so its query and key become zero vectors.
 *
 * @param cosines of each element, float32 (1, positions, 1, 1, d)
 * @param sines likewise, negative for the first element of a pair
 * @param partners index of the other element of each pair, int64 (d)
 */
public record GridRotation(Tensor cosines, Tensor sines, Tensor partners) {
  /**
   * Computes the rotation of a grid; its tensors belong to the open scope.
   *
   * @param headWidth d, a multiple of 4
   * @param base of the frequencies base^(−2i/(d/2))
   */
  static GridRotation of(Scale grid, int headWidth, double base, Device device) {
    int quarter = headWidth / 4;
    int positions = 1 + grid.tokens();
    float[] cosines = new float[positions * headWidth];
    float[] sines = new float[positions * headWidth];
    for (int token = 0; token < grid.tokens(); token++) {
      for (int pair = 0; pair < 2 * quarter; pair++) {
        int place = pair < quarter ? token / grid.width() : token % grid.width();
        // float32 as in the official code: its angles are products of float32
        float frequency = (float) (1 / Math.pow(base, 2.0 * (pair % quarter) / (2 * quarter)));
        float angle = place * frequency;
        int at = (1 + token) * headWidth + 2 * pair;
        cosines[at] = cosines[at + 1] = (float) Math.cos(angle);
        sines[at + 1] = (float) Math.sin(angle);
        sines[at] = -sines[at + 1];
      }
    }
    long[] partners = new long[headWidth];
    for (int i = 0; i < headWidth; i++) {
      partners[i] = i ^ 1;
    }
    return new GridRotation(
        Tensor.of(cosines, 1, positions, 1, 1, headWidth).to(device),
        Tensor.of(sines, 1, positions, 1, 1, headWidth).to(device),
        Tensor.of(partners, headWidth).to(device));
  }

  /** Returns the rotation of some positions, as views. */
  GridRotation at(int start, long length) {
    return new GridRotation(
        cosines.narrow(1, start, length), sines.narrow(1, start, length), partners);
  }

  /**
   * Turns vectors: float32 (B, l, n, H, d).
   *
   * @param vectors (B, l, n, H, d), of as many positions as this rotation has
   */
  public Tensor apply(Tensor vectors) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor own = vectors.to(DType.FLOAT32);
      return scope.keep(
          Functional.addcmul(own.mul(cosines), Indexing.indexSelect(own, 4, partners), sines));
    }
  }
}
