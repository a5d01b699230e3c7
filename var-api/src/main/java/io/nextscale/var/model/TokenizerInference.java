package io.nextscale.var.model;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.WeightChoice;
import io.nextscale.var.config.TokenizerLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * The keys of a tokenizer's configuration that the shapes of its weights imply. Groups and epsilon
 * of the norms, the ratio of φ and the form of the codebook have no shape: their keys are left out,
 * so that they are as in the published models.
 *
 * @param shapes of the weight file
 * @param layout names of its blocks
 */
record TokenizerInference(CheckpointShapes shapes, TokenizerLayout layout) {
  private static final String CODEBOOK = "quantize.embedding.weight";

  /** Chooses the tokenizer in a file with several sets of weights. */
  static final WeightChoice CHOICE = WeightChoice.having(CODEBOOK);

  private static final String QUANT_CONV = "quant_conv.weight";

  static TokenizerInference of(Checkpoint checkpoint) {
    CheckpointShapes shapes = new CheckpointShapes(checkpoint, "tokenizer");
    return new TokenizerInference(
        shapes, isLlamaGen(shapes) ? TokenizerLayout.LLAMAGEN : TokenizerLayout.VAR);
  }

  /** Whether the weights have LlamaGen's names, which FlexVAR's tokenizer has too. */
  static boolean isLlamaGen(CheckpointShapes shapes) {
    return shapes.has("encoder.conv_blocks.0.res.0.conv1.weight");
  }

  /** The family whose tokenizers have this layout. */
  Family family() {
    return switch (layout) {
      case VAR -> Family.VAR;
      case LLAMAGEN -> Family.FLEXVAR;
    };
  }

  /** The keys of the object "vae" in a {@code config.json}. */
  Map<String, Object> vae() {
    Map<String, Object> keys = new LinkedHashMap<>();
    long codes = shapes.size(CODEBOOK, 2, 0);
    long codeWidth = shapes.size(CODEBOOK, 2, 1);
    int channels = shapes.size("encoder.conv_in.weight", 4, 0);
    int levels = levels();
    List<Long> encoder = multipliers(channels, levels, i -> "encoder." + layout.encoderLevel(i));
    switch (layout) {
      case VAR -> {
        keys.put("vocab_size", codes);
        keys.put("z_channels", codeWidth);
        keys.put("ch_mult", encoder);
        putPhi(keys);
      }
      case LLAMAGEN -> {
        keys.put("codebook_size", codes);
        keys.put("codebook_embed_dim", codeWidth);
        keys.put("z_channels", (long) shapes.size(QUANT_CONV, 4, 1));
        keys.put("encoder_ch_mult", encoder);
        keys.put(
            "decoder_ch_mult",
            multipliers(channels, levels, i -> "decoder." + layout.decoderLevel(i, levels)));
      }
    }
    String attention = layout.joinedAttention() ? ".qkv.weight" : ".q.weight";
    String lowest = "encoder." + layout.encoderLevel(levels - 1);
    keys.put("ch", (long) channels);
    keys.put("num_res_blocks", residualBlocks());
    keys.put("using_sa", shapes.has(lowest + ".attn.0" + attention));
    keys.put("using_mid_sa", shapes.has("encoder.mid." + layout.middle(1) + attention));
    keys.put("quant_conv_ks", (long) shapes.size(QUANT_CONV, 4, 2));
    return keys;
  }

  private int levels() {
    int levels = 0;
    while (shapes.has(firstConvolution("encoder." + layout.encoderLevel(levels)))) {
      levels++;
    }
    return levels;
  }

  private String firstConvolution(String level) {
    return level + "." + layout.block(0) + ".conv1.weight";
  }

  private List<Long> multipliers(int channels, int levels, IntFunction<String> level) {
    List<Long> result = new ArrayList<>();
    for (int i = 0; i < levels; i++) {
      result.add((long) shapes.size(firstConvolution(level.apply(i)), 4, 0) / channels);
    }
    return result;
  }

  private long residualBlocks() {
    String level = "encoder." + layout.encoderLevel(0) + ".";
    long blocks = 0;
    while (shapes.has(level + layout.block((int) blocks) + ".conv1.weight")) {
      blocks++;
    }
    return blocks;
  }

  /** Puts the keys of φ: one for each scale (0), or as many as scales share; or the identity. */
  private void putPhi(Map<String, Object> keys) {
    int shared = shapes.count("quantize.quant_resi.qresi_ls.", ".weight");
    if (shapes.has("quantize.quant_resi.0.weight")) {
      keys.put("share_quant_resi", 0L);
    } else if (shapes.has("quantize.quant_resi.qresi.weight")) {
      keys.put("share_quant_resi", 1L);
    } else if (shared > 0) {
      keys.put("share_quant_resi", (long) shared);
    } else {
      keys.put("share_quant_resi", 1L);
      keys.put("quant_resi", 0.0);
    }
  }
}
