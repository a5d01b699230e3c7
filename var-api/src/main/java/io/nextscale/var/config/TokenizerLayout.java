package io.nextscale.var.config;

import java.util.List;

/** Names of the blocks of a tokenizer network in a checkpoint; the network is the same. */
public enum TokenizerLayout {
  /** {@code models/basic_vae.py} of FoundationVision/VAR. */
  VAR("down", "up", "block", List.of("block_1", "attn_1", "block_2"), true),
  /** {@code models/vq_llama.py} of FlexVAR and {@code vq_model.py} of LlamaGen. */
  LLAMAGEN("conv_blocks", "conv_blocks", "res", List.of("0", "1", "2"), false);

  private final String encoderLevels;
  private final String decoderLevels;
  private final String blocks;
  private final List<String> middle;
  private final boolean joinedAttention;

  TokenizerLayout(
      String encoderLevels,
      String decoderLevels,
      String blocks,
      List<String> middle,
      boolean joinedAttention) {
    this.encoderLevels = encoderLevels;
    this.decoderLevels = decoderLevels;
    this.blocks = blocks;
    this.middle = middle;
    this.joinedAttention = joinedAttention;
  }

  /** Name of a level of the encoder, 0 being full resolution. */
  public String encoderLevel(int level) {
    return encoderLevels + "." + level;
  }

  /** Name of a level of the decoder: VAR counts from full resolution, LlamaGen in running order. */
  public String decoderLevel(int level, int levels) {
    return decoderLevels + "." + (this == VAR ? level : levels - 1 - level);
  }

  /** Name of a residual block within its level. */
  public String block(int index) {
    return blocks + "." + index;
  }

  /** Name of the middle's first block, its attention and its second block: 0 to 2. */
  public String middle(int index) {
    return middle.get(index);
  }

  /** Whether query, key and value are one convolution. */
  public boolean joinedAttention() {
    return joinedAttention;
  }
}
