package io.nextscale.tests;

import io.nextscale.var.sampling.TokenNoise;
import io.nextscale.var.scale.Scales;

/**
 * The noise of an official run: the n-th sampled row gets row n modulo the number of rows, where n
 * counts over all scales and within a scale over (image, position).
 */
record TableNoise(float[] token, float[] mixture, Scales scales, int batch) implements TokenNoise {
  static TableNoise of(Fixture golden, Scales scales, int batch) {
    float[] token = golden.floats("noise.multinomial");
    // FlexVAR mixes no codes
    float[] mixture = golden.has("noise.gumbel") ? golden.floats("noise.gumbel") : new float[0];
    return new TableNoise(token, mixture, scales, batch);
  }

  @Override
  public void exponentials(Use use, int image, int position, float[] row) {
    float[] table = use == Use.TOKEN ? token : mixture;
    int rows = table.length / row.length;
    int k = 0;
    while (scales.start(k + 1) <= position) {
      k++;
    }
    int inScale = position - scales.start(k);
    int n = batch * scales.start(k) + image * scales.get(k).tokens() + inScale;
    System.arraycopy(table, n % rows * row.length, row, 0, row.length);
  }
}
