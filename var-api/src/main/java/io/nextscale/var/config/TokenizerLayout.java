package io.nextscale.var.config;

import java.util.List;

/** Names of a tokenizer's blocks in a checkpoint. The network is the same under both. */
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

  /**
   * Names a level of the encoder.
   *
   * @param level from 0 at full resolution
   */
  public String encoderLevel(int level) {
    return encoderLevels + "." + level;
  }

  /**
   * Names a level of the decoder. VAR counts from full resolution, LlamaGen in order of execution.
   *
   * @param level from 0 at full resolution
   * @param levels number of levels
   */
  public String decoderLevel(int level, int levels) {
    return decoderLevels + "." + (this == VAR ? level : levels - 1 - level);
  }

  /** Names a residual block within its level. */
  public String block(int index) {
    return blocks + "." + index;
  }

  /**
   * Names a block of the middle.
   *
   * @param index 0 for the first residual block, 1 for the attention, 2 for the second residual
   *     block
   */
  public String middle(int index) {
    return middle.get(index);
  }

  /** Whether query, key and value are one convolution rather than three. */
  public boolean joinedAttention() {
    return joinedAttention;
  }
}
