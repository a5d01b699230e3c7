package io.nextscale.var.tokenizer;

import java.util.List;

/**
 * The numbers that define an image tokenizer (VAR's {@code models/vqvae.py}, FlexVAR's {@code
 * models/vq_llama.py}).
 *
 * @param layout how a checkpoint names the network's blocks
 * @param vocabularySize entries of the codebook, V
 * @param codeWidth length of a code vector, Cvae
 * @param latentChannels channels that the encoder ends and the decoder begins with
 * @param baseChannels channels at full resolution
 * @param encoderMultipliers times the base channels, level by level from full resolution down
 * @param decoderMultipliers likewise for the decoder; as many
 * @param residualBlocks in each level of the encoder; the decoder has one more
 * @param lowAttention attention after each block of the lowest resolution
 * @param middleAttention attention in the middle
 * @param normGroups groups of every GroupNorm
 * @param normEpsilon added to the variance in every GroupNorm
 * @param quantConvKernel side of the convolutions around the quantizer, odd
 * @param codebook what nearest means
 * @param quantizer what the tokens of a scale stand for
 */
public record TokenizerConfig(
    TokenizerLayout layout,
    int vocabularySize,
    int codeWidth,
    int latentChannels,
    int baseChannels,
    List<Integer> encoderMultipliers,
    List<Integer> decoderMultipliers,
    int residualBlocks,
    boolean lowAttention,
    boolean middleAttention,
    int normGroups,
    double normEpsilon,
    int quantConvKernel,
    CodebookForm codebook,
    QuantizerConfig quantizer) {

  /** Checks every range. */
  public TokenizerConfig {
    encoderMultipliers = List.copyOf(encoderMultipliers);
    decoderMultipliers = List.copyOf(decoderMultipliers);
    require("size of the codebook", vocabularySize, 1, 1 << 20);
    require("width of a code", codeWidth, 1, 4096);
    require("z_channels", latentChannels, 1, 4096);
    require("ch", baseChannels, 1, 4096);
    require("number of ch_mult", encoderMultipliers.size(), 1, 8);
    require("num_res_blocks", residualBlocks, 1, 16);
    require("norm_groups", normGroups, 1, 4096);
    require("quant_conv_ks", quantConvKernel, 1, 15);
    if (quantConvKernel % 2 == 0) {
      throw new IllegalArgumentException("quant_conv_ks " + quantConvKernel + ": must be odd");
    }
    if (encoderMultipliers.size() != decoderMultipliers.size()) {
      throw new IllegalArgumentException(
          "ch_mult of the encoder "
              + encoderMultipliers
              + " and of the decoder "
              + decoderMultipliers
              + ": as many are expected");
    }
    requireMultipliers(baseChannels, encoderMultipliers, normGroups);
    requireMultipliers(baseChannels, decoderMultipliers, normGroups);
    if (!(normEpsilon > 0)) {
      throw new IllegalArgumentException("norm_eps " + normEpsilon + ": must be positive");
    }
  }

  private static void require(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " " + value + ": expected " + least + " to " + most);
    }
  }

  private static void requireMultipliers(int channels, List<Integer> multipliers, int groups) {
    for (int multiplier : multipliers) {
      require("ch_mult", multiplier, 1, 64);
      if (channels * multiplier % groups != 0) {
        throw new IllegalArgumentException(
            "ch "
                + channels
                + " · ch_mult "
                + multiplier
                + ": not a multiple of norm_groups "
                + groups);
      }
    }
  }

  /** Channels of a level of the encoder, 0 being full resolution. */
  public int encoderChannels(int level) {
    return baseChannels * encoderMultipliers.get(level);
  }

  /** Channels of a level of the decoder, 0 being full resolution. */
  public int decoderChannels(int level) {
    return baseChannels * decoderMultipliers.get(level);
  }

  /** Number of levels. */
  public int levels() {
    return encoderMultipliers.size();
  }

  /** Image pixels for one pixel of the latent, along a side. */
  public int downsampling() {
    return 1 << (levels() - 1);
  }
}
