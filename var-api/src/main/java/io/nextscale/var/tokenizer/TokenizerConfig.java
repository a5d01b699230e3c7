package io.nextscale.var.tokenizer;

import java.util.List;

/**
 * The numbers that define an image tokenizer (VAR's {@code models/vqvae.py}).
 *
 * @param vocabularySize entries of the codebook, V
 * @param codeWidth length of a code vector, Cvae
 * @param baseChannels channels at full resolution
 * @param channelMultipliers times the base channels, level by level from full resolution down
 * @param residualBlocks in each level of the encoder; the decoder has one more
 * @param lowAttention attention after each block of the lowest resolution
 * @param middleAttention attention in the middle
 * @param normGroups groups of every GroupNorm
 * @param normEpsilon added to the variance in every GroupNorm
 * @param quantConvKernel side of the convolutions around the quantizer, odd
 * @param phiRatio share of the convolution in φ; 0: φ is the identity and has no weights
 * @param phiSharing 0: one φ for each scale; 1: one for all; n: n shared ones
 * @param cosineCodebook nearest entry by cosine instead of squared distance
 */
public record TokenizerConfig(
    int vocabularySize,
    int codeWidth,
    int baseChannels,
    List<Integer> channelMultipliers,
    int residualBlocks,
    boolean lowAttention,
    boolean middleAttention,
    int normGroups,
    double normEpsilon,
    int quantConvKernel,
    double phiRatio,
    int phiSharing,
    boolean cosineCodebook) {

  /** Checks every range. */
  public TokenizerConfig {
    channelMultipliers = List.copyOf(channelMultipliers);
    require("vocab_size", vocabularySize, 1, 1 << 20);
    require("z_channels", codeWidth, 1, 4096);
    require("ch", baseChannels, 1, 4096);
    require("number of ch_mult", channelMultipliers.size(), 1, 8);
    require("num_res_blocks", residualBlocks, 1, 16);
    require("norm_groups", normGroups, 1, 4096);
    require("share_quant_resi", phiSharing, 0, 1024);
    require("quant_conv_ks", quantConvKernel, 1, 15);
    if (quantConvKernel % 2 == 0) {
      throw new IllegalArgumentException("quant_conv_ks " + quantConvKernel + ": must be odd");
    }
    for (int multiplier : channelMultipliers) {
      require("ch_mult", multiplier, 1, 64);
      if (baseChannels * multiplier % normGroups != 0) {
        throw new IllegalArgumentException(
            "ch "
                + baseChannels
                + " · ch_mult "
                + multiplier
                + ": not a multiple of norm_groups "
                + normGroups);
      }
    }
    if (!(normEpsilon > 0) || !Double.isFinite(phiRatio)) {
      throw new IllegalArgumentException(
          "norm_eps " + normEpsilon + " must be positive, quant_resi " + phiRatio + " finite");
    }
  }

  private static void require(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " " + value + ": expected " + least + " to " + most);
    }
  }

  /** Channels of a level, 0 being full resolution. */
  public int channels(int level) {
    return baseChannels * channelMultipliers.get(level);
  }

  /** Number of levels. */
  public int levels() {
    return channelMultipliers.size();
  }

  /** Picture pixels for one pixel of the latent, along a side. */
  public int downsampling() {
    return 1 << (levels() - 1);
  }
}
