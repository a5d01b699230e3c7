package io.nextscale.var.config;

import io.nextscale.var.check.Check;

/**
 * The sizes of a Mamba-2 layer with one group ({@code Mamba2} in {@code
 * mamba_ssm/modules/mamba2.py}).
 *
 * @param width C, length of a hidden state, 1 to 65536
 * @param innerWidth E ({@code d_inner}), {@code expand · d_model}, 1 to 2^20
 * @param headWidth P ({@code headdim}), divides the inner width
 * @param stateWidth N ({@code d_state}), 1 to 4096
 * @param kernel inputs that the convolution sees ({@code d_conv}), 1 to 64
 */
public record Mamba2Config(int width, int innerWidth, int headWidth, int stateWidth, int kernel) {
  /**
   * Checks every range.
   *
   * @throws IllegalArgumentException naming the first component that is out of range
   */
  public Mamba2Config {
    Check.range("d_model", width, 1, 1 << 16);
    Check.range("d_inner", innerWidth, 1, 1 << 20);
    Check.range("headdim", headWidth, 1, 1 << 16);
    Check.range("d_state", stateWidth, 1, 1 << 12);
    Check.range("d_conv", kernel, 1, 64);
    Check.that(innerWidth % headWidth == 0, "headdim", headWidth, "a divisor of " + innerWidth);
  }

  /** Number of heads H. */
  public int heads() {
    return innerWidth / headWidth;
  }

  /** Width of the convolution, over x, B and C: E + 2N. */
  public int convWidth() {
    return innerWidth + 2 * stateWidth;
  }

  /** Width of the input projection, to z, x, B, C and Δ: 2E + 2N + H. */
  public int projectedWidth() {
    return innerWidth + convWidth() + heads();
  }
}
