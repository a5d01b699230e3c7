package io.nextscale.var.config;

import io.nextscale.var.check.Check;
import java.util.List;
import java.util.Objects;

/**
 * The hyperparameters of a transformer (VAR's {@code models/var.py}, FlexVAR's {@code
 * models/flexvar.py}).
 *
 * @param depth number of blocks, 1 to 256
 * @param width C, length of a hidden state, 1 to 65536
 * @param mixers the layers of a block that let tokens see others, at least one
 * @param heads number of attention heads, 1 to 1024; divides the width
 * @param hiddenWidth width of the MLP's hidden layer, 1 to 2^20; 0 in a network without MLP
 * @param classes number of classes, 1 to 2^24; one more row of the class embedding is "no class"
 * @param normEpsilon added to the variance in every LayerNorm, above 0
 * @param sharedAdaLn whether one modulation for all blocks, plus an offset for each block, replaces
 *     a linear layer in each block; only with one mixer
 * @param normalizedAttention whether query and key have length 1, with a learned scale for each
 *     head
 * @param positions kind of the position embeddings
 * @param codeWidth Cvae of the tokenizer
 * @param vocabularySize V of the tokenizer
 * @param network kind of the network
 */
public record TransformerConfig(
    int depth,
    int width,
    List<MixerConfig> mixers,
    int heads,
    int hiddenWidth,
    int classes,
    double normEpsilon,
    boolean sharedAdaLn,
    boolean normalizedAttention,
    PositionsConfig positions,
    int codeWidth,
    int vocabularySize,
    NetworkConfig network) {

  /**
   * Checks every range.
   *
   * @throws IllegalArgumentException naming the first component that is out of range
   */
  public TransformerConfig {
    Objects.requireNonNull(mixers, "mixers");
    Objects.requireNonNull(positions, "positions");
    Objects.requireNonNull(network, "network");
    Check.range("depth", depth, 1, 256);
    Check.range("embed_dim", width, 1, 1 << 16);
    Check.range("num_heads", heads, 1, 1 << 10);
    int least = network.mlpMatrices() == 0 ? 0 : 1;
    Check.range("hidden width of the MLP", hiddenWidth, least, least << 20);
    Check.range("num_classes", classes, 1, 1 << 24);
    Check.that(width % heads == 0, "embed_dim", width, "a multiple of num_heads " + heads);
    Check.positive("norm_eps", normEpsilon);
    mixers = List.copyOf(mixers);
    Check.that(!mixers.isEmpty(), "mixers", mixers, "at least one");
    Check.that(!sharedAdaLn || mixers.size() == 1, "shared_aln", true, "false with several mixers");
  }

  /**
   * Counts the parameters of the linear layers of all blocks without biases: those of the mixers,
   * such as query, key, value and output of an attention, and the layers of the MLP. Modulations
   * (AdaLN) are left out.
   */
  public long linearParameterCount() {
    long mixing = mixers.stream().mapToLong(mixer -> mixer.linearParameterCount(this)).sum();
    return depth * (mixing + (long) network.mlpMatrices() * width * hiddenWidth);
  }

  /** Number of parts that the condition modulates in a block: its mixers and its MLP. */
  public int branches() {
    return mixers.size() + 1;
  }

  /** Width of one attention head: C / heads. */
  public int headWidth() {
    return width / heads;
  }

  /**
   * Begins a configuration as the published VAR models have it: ε = 1e-6, a modulation for each
   * block, normalized attention, a table of positions. All sizes must be set.
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Begins a configuration with the values of this one. */
  public Builder toBuilder() {
    return new Builder()
        .depth(depth)
        .width(width)
        .mixers(mixers)
        .heads(heads)
        .hiddenWidth(hiddenWidth)
        .classes(classes)
        .normEpsilon(normEpsilon)
        .sharedAdaLn(sharedAdaLn)
        .normalizedAttention(normalizedAttention)
        .positions(positions)
        .codeWidth(codeWidth)
        .vocabularySize(vocabularySize)
        .network(network);
  }

  /** Collects the components of a {@link TransformerConfig} by name. */
  public static final class Builder {
    private int depth;
    private int width;
    private List<MixerConfig> mixers = List.of(new MixerConfig.Attention());
    private int heads;
    private int hiddenWidth;
    private int classes;
    private double normEpsilon = 1e-6;
    private boolean sharedAdaLn;
    private boolean normalizedAttention = true;
    private PositionsConfig positions = new PositionsConfig.Table();
    private int codeWidth;
    private int vocabularySize;
    private NetworkConfig network = new NetworkConfig.NextScale();

    private Builder() {}

    /** Sets {@link TransformerConfig#depth}. */
    public Builder depth(int value) {
      depth = value;
      return this;
    }

    /** Sets {@link TransformerConfig#width}. */
    public Builder width(int value) {
      width = value;
      return this;
    }

    /** Sets {@link TransformerConfig#mixers}. */
    public Builder mixers(List<MixerConfig> value) {
      mixers = List.copyOf(Objects.requireNonNull(value, "mixers"));
      return this;
    }

    /** Sets {@link TransformerConfig#heads}. */
    public Builder heads(int value) {
      heads = value;
      return this;
    }

    /** Sets {@link TransformerConfig#hiddenWidth}. */
    public Builder hiddenWidth(int value) {
      hiddenWidth = value;
      return this;
    }

    /** Sets {@link TransformerConfig#classes}. */
    public Builder classes(int value) {
      classes = value;
      return this;
    }

    /** Sets {@link TransformerConfig#normEpsilon}. */
    public Builder normEpsilon(double value) {
      normEpsilon = value;
      return this;
    }

    /** Sets {@link TransformerConfig#sharedAdaLn}. */
    public Builder sharedAdaLn(boolean value) {
      sharedAdaLn = value;
      return this;
    }

    /** Sets {@link TransformerConfig#normalizedAttention}. */
    public Builder normalizedAttention(boolean value) {
      normalizedAttention = value;
      return this;
    }

    /** Sets {@link TransformerConfig#positions}. */
    public Builder positions(PositionsConfig value) {
      positions = Objects.requireNonNull(value, "positions");
      return this;
    }

    /** Sets {@link TransformerConfig#codeWidth}. */
    public Builder codeWidth(int value) {
      codeWidth = value;
      return this;
    }

    /** Sets {@link TransformerConfig#vocabularySize}. */
    public Builder vocabularySize(int value) {
      vocabularySize = value;
      return this;
    }

    /** Sets {@link TransformerConfig#network}. */
    public Builder network(NetworkConfig value) {
      network = Objects.requireNonNull(value, "network");
      return this;
    }

    /**
     * Builds the configuration.
     *
     * @throws IllegalArgumentException naming the component that is missing or out of range
     */
    public TransformerConfig build() {
      return new TransformerConfig(
          depth,
          width,
          mixers,
          heads,
          hiddenWidth,
          classes,
          normEpsilon,
          sharedAdaLn,
          normalizedAttention,
          positions,
          codeWidth,
          vocabularySize,
          network);
    }
  }
}
