package io.nextscale.var.config;

import io.nextscale.var.check.Check;
import io.nextscale.var.scale.Scales;
import java.util.Objects;

/** Kind of network: what its blocks are made of, and how many tokens it predicts at once. */
public sealed interface NetworkConfig {
  /** Number of matrices between the width and the hidden width in the MLP of a block; 0: no MLP. */
  int mlpMatrices();

  /** Largest number of tokens of an image whose logits are held at once. */
  int tokensAtOnce(Scales scales);

  /**
   * Whether all tokens of a scale are predicted at once. Only such a network modulates by class,
   * and only it takes edits; only any other takes an interval of guided tokens.
   */
  boolean scaleByScale();

  /** Predicts all tokens of a scale at once (VAR, FlexVAR, M-VAR): AdaLN blocks. */
  record NextScale() implements NetworkConfig {
    @Override
    public int mlpMatrices() {
      return 2;
    }

    @Override
    public int tokensAtOnce(Scales scales) {
      return scales.last().tokens();
    }

    @Override
    public boolean scaleByScale() {
      return true;
    }
  }

  /** Predicts one token after the other, row by row: a raster model. */
  sealed interface Raster extends NetworkConfig {
    @Override
    default int tokensAtOnce(Scales scales) {
      return scales.last().width();
    }

    @Override
    default boolean scaleByScale() {
      return false;
    }
  }

  /**
   * LlamaGen's blocks: RMSNorm, causal attention with a rotation by row and column, SwiGLU.
   *
   * @param rotationBase base of the frequencies of the rotation, above 1
   */
  record Llama(double rotationBase) implements Raster {
    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if the base is out of range
     */
    public Llama {
      Check.that(
          rotationBase > 1 && Double.isFinite(rotationBase),
          "rope_base",
          rotationBase,
          "a number above 1");
    }

    @Override
    public int mlpMatrices() {
      return 3;
    }
  }

  /**
   * AiM's blocks: Mamba-2 between a modulated RMSNorm and a gate, without MLP.
   *
   * @param groups number of modulations that blocks share in turn; 0: each block has its own
   * @param mixer the Mamba-2 layer, in raster order
   */
  record Aim(int groups, MixerConfig.Mamba2 mixer) implements Raster {
    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if the number of groups is out of range
     */
    public Aim {
      Objects.requireNonNull(mixer, "mixer");
      Check.range("num_groups", groups, 0, 256);
    }

    @Override
    public int mlpMatrices() {
      return 0;
    }
  }
}
