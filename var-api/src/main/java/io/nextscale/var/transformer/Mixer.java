package io.nextscale.var.transformer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Tensor;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.MixerConfig;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.nn.LayerForm;

/** A layer of a block that lets tokens see others of their pass and, by its state, earlier ones. */
interface Mixer {
  /**
   * Mixes the tokens of a pass.
   *
   * @param x normalized hidden states (B, l, C)
   * @param state what the mixer carries from pass to pass
   * @return (B, l, C)
   */
  Tensor forward(Tensor x, Pass pass, MixerState state);

  /** Returns the same mixer with its layers in another form. */
  Mixer map(LayerForm form);

  /** Element type of its linear layers. */
  DType dtype();

  /** Whether a pass over several scales needs the mask that hides later ones. */
  boolean needsMask();

  /**
   * Reads a mixer.
   *
   * @param block reads the weights of the block
   * @param index of the block
   */
  static Mixer read(WeightReader block, int index, MixerConfig mixer, TransformerConfig config) {
    return switch (mixer) {
      case MixerConfig.Attention all ->
          SelfAttention.read(block.at("attn"), config, AttentionReach.EARLIER_SCALES);
      case MixerConfig.ScaleAttention own ->
          SelfAttention.read(block.at("attn"), config, AttentionReach.OWN_SCALE);
      case MixerConfig.Mamba2 mamba -> SequenceMixer.read(block.at("mamba"), index, mamba, config);
    };
  }
}
