package io.nextscale.var.config;

import io.nextscale.var.check.Check;
import java.util.List;
import java.util.Objects;

/**
 * The hyperparameters of an image tokenizer (VAR's {@code models/vqvae.py}, FlexVAR's {@code
 * models/vq_llama.py}).
 *
 * @param layout how a checkpoint names the network's blocks
 * @param vocabularySize V, entries of the codebook, 1 to 2^20
 * @param codeWidth Cvae, length of a code vector, 1 to 4096
 * @param latentChannels channels of the encoder's output and the decoder's input, 1 to 4096
 * @param baseChannels channels at full resolution, 1 to 4096
 * @param encoderMultipliers channels of each level over the base channels, 1 to 64, from full
 *     resolution down; 1 to 8 levels
 * @param decoderMultipliers likewise for the decoder; as many levels
 * @param residualBlocks residual blocks in each level of the encoder, 1 to 16; a level of the
 *     decoder has one more
 * @param lowAttention whether attention follows each residual block of the lowest resolution
 * @param middleAttention whether the middle of encoder and decoder has attention
 * @param normGroups groups of every GroupNorm, 1 to 4096; divides the channels of every level
 * @param normEpsilon added to the variance in every GroupNorm, above 0
 * @param quantConvKernel side of the kernels of {@code quant_conv} and {@code post_quant_conv},
 *     odd, 1 to 15
 * @param codebook distance between latents and codebook entries
 * @param quantizer kind of the quantizer
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

  /**
   * Checks every range.
   *
   * @throws IllegalArgumentException naming the first component that is out of range
   */
  public TokenizerConfig {
    Objects.requireNonNull(layout, "layout");
    Objects.requireNonNull(encoderMultipliers, "encoderMultipliers");
    Objects.requireNonNull(decoderMultipliers, "decoderMultipliers");
    Objects.requireNonNull(codebook, "codebook");
    Objects.requireNonNull(quantizer, "quantizer");
    encoderMultipliers = List.copyOf(encoderMultipliers);
    decoderMultipliers = List.copyOf(decoderMultipliers);
    Check.range("size of the codebook", vocabularySize, 1, 1 << 20);
    Check.range("width of a code", codeWidth, 1, 4096);
    Check.range("z_channels", latentChannels, 1, 4096);
    Check.range("ch", baseChannels, 1, 4096);
    Check.range("number of ch_mult", encoderMultipliers.size(), 1, 8);
    Check.range("num_res_blocks", residualBlocks, 1, 16);
    Check.range("norm_groups", normGroups, 1, 4096);
    Check.range("quant_conv_ks", quantConvKernel, 1, 15);
    Check.that(quantConvKernel % 2 == 1, "quant_conv_ks", quantConvKernel, "an odd number");
    Check.that(
        decoderMultipliers.size() == encoderMultipliers.size(),
        "ch_mult of the decoder",
        decoderMultipliers,
        "as many as of the encoder " + encoderMultipliers);
    requireMultipliers(baseChannels, encoderMultipliers, normGroups);
    requireMultipliers(baseChannels, decoderMultipliers, normGroups);
    Check.positive("norm_eps", normEpsilon);
  }

  private static void requireMultipliers(int channels, List<Integer> multipliers, int groups) {
    for (int multiplier : multipliers) {
      Check.range("ch_mult", multiplier, 1, 64);
      Check.that(
          channels * multiplier % groups == 0,
          "ch %s · ch_mult".formatted(channels),
          multiplier,
          "a multiple of norm_groups " + groups);
    }
  }

  /** Channels of a level of the encoder, from 0 at full resolution. */
  public int encoderChannels(int level) {
    return baseChannels * encoderMultipliers.get(level);
  }

  /** Channels of a level of the decoder, from 0 at full resolution. */
  public int decoderChannels(int level) {
    return baseChannels * decoderMultipliers.get(level);
  }

  /** Number of levels; each but the first halves the resolution. */
  public int levels() {
    return encoderMultipliers.size();
  }

  /** Side of the square of pixels that one position of the latent covers: 2^(levels − 1). */
  public int downsampling() {
    return 1 << (levels() - 1);
  }

  /**
   * Whether a request may choose its scales: yes where each scale encodes the whole image
   * (FlexVAR), no for a residual quantizer (VAR), which has the scales of its training only.
   */
  public boolean hasFreeScales() {
    return quantizer.hasFreeScales();
  }

  /**
   * Begins a configuration with two residual blocks in each level, attention at the lowest
   * resolution and in the middle, 32 groups, ε = 1e-6, 1×1 kernels around the quantizer and a
   * Euclidean codebook. Sizes and multipliers must be set.
   */
  public static Builder builder(TokenizerLayout layout, QuantizerConfig quantizer) {
    return new Builder(layout, quantizer);
  }

  /** Begins a configuration with the values of this one. */
  public Builder toBuilder() {
    return new Builder(layout, quantizer)
        .vocabularySize(vocabularySize)
        .codeWidth(codeWidth)
        .latentChannels(latentChannels)
        .baseChannels(baseChannels)
        .encoderMultipliers(encoderMultipliers)
        .decoderMultipliers(decoderMultipliers)
        .residualBlocks(residualBlocks)
        .lowAttention(lowAttention)
        .middleAttention(middleAttention)
        .normGroups(normGroups)
        .normEpsilon(normEpsilon)
        .quantConvKernel(quantConvKernel)
        .codebook(codebook);
  }

  /** Collects the components of a {@link TokenizerConfig} by name. */
  public static final class Builder {
    private TokenizerLayout layout;
    private int vocabularySize;
    private int codeWidth;
    private int latentChannels;
    private int baseChannels;
    private List<Integer> encoderMultipliers = List.of();
    private List<Integer> decoderMultipliers = List.of();
    private int residualBlocks = 2;
    private boolean lowAttention = true;
    private boolean middleAttention = true;
    private int normGroups = 32;
    private double normEpsilon = 1e-6;
    private int quantConvKernel = 1;
    private CodebookForm codebook = CodebookForm.EUCLIDEAN;
    private QuantizerConfig quantizer;

    private Builder(TokenizerLayout layout, QuantizerConfig quantizer) {
      this.layout = Objects.requireNonNull(layout, "layout");
      this.quantizer = Objects.requireNonNull(quantizer, "quantizer");
    }

    /** Sets {@link TokenizerConfig#layout}. */
    public Builder layout(TokenizerLayout value) {
      layout = Objects.requireNonNull(value, "layout");
      return this;
    }

    /** Sets {@link TokenizerConfig#vocabularySize}. */
    public Builder vocabularySize(int value) {
      vocabularySize = value;
      return this;
    }

    /** Sets {@link TokenizerConfig#codeWidth}. */
    public Builder codeWidth(int value) {
      codeWidth = value;
      return this;
    }

    /** Sets {@link TokenizerConfig#latentChannels}. */
    public Builder latentChannels(int value) {
      latentChannels = value;
      return this;
    }

    /** Sets {@link TokenizerConfig#baseChannels}. */
    public Builder baseChannels(int value) {
      baseChannels = value;
      return this;
    }

    /** Sets {@link TokenizerConfig#encoderMultipliers}. */
    public Builder encoderMultipliers(List<Integer> value) {
      encoderMultipliers = Objects.requireNonNull(value, "encoderMultipliers");
      return this;
    }

    /** Sets {@link TokenizerConfig#decoderMultipliers}. */
    public Builder decoderMultipliers(List<Integer> value) {
      decoderMultipliers = Objects.requireNonNull(value, "decoderMultipliers");
      return this;
    }

    /** Sets {@link TokenizerConfig#residualBlocks}. */
    public Builder residualBlocks(int value) {
      residualBlocks = value;
      return this;
    }

    /** Sets {@link TokenizerConfig#lowAttention}. */
    public Builder lowAttention(boolean value) {
      lowAttention = value;
      return this;
    }

    /** Sets {@link TokenizerConfig#middleAttention}. */
    public Builder middleAttention(boolean value) {
      middleAttention = value;
      return this;
    }

    /** Sets {@link TokenizerConfig#normGroups}. */
    public Builder normGroups(int value) {
      normGroups = value;
      return this;
    }

    /** Sets {@link TokenizerConfig#normEpsilon}. */
    public Builder normEpsilon(double value) {
      normEpsilon = value;
      return this;
    }

    /** Sets {@link TokenizerConfig#quantConvKernel}. */
    public Builder quantConvKernel(int value) {
      quantConvKernel = value;
      return this;
    }

    /** Sets {@link TokenizerConfig#codebook}. */
    public Builder codebook(CodebookForm value) {
      codebook = Objects.requireNonNull(value, "codebook");
      return this;
    }

    /** Sets {@link TokenizerConfig#quantizer}. */
    public Builder quantizer(QuantizerConfig value) {
      quantizer = Objects.requireNonNull(value, "quantizer");
      return this;
    }

    /**
     * Builds the configuration.
     *
     * @throws IllegalArgumentException naming the component that is missing or out of range
     */
    public TokenizerConfig build() {
      return new TokenizerConfig(
          layout,
          vocabularySize,
          codeWidth,
          latentChannels,
          baseChannels,
          encoderMultipliers,
          decoderMultipliers,
          residualBlocks,
          lowAttention,
          middleAttention,
          normGroups,
          normEpsilon,
          quantConvKernel,
          codebook,
          quantizer);
    }
  }
}
