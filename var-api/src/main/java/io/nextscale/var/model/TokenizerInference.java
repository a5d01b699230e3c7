package io.nextscale.var.model;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.tokenizer.CodebookForm;
import io.nextscale.var.tokenizer.QuantizerConfig;
import io.nextscale.var.tokenizer.TokenizerConfig;
import io.nextscale.var.tokenizer.TokenizerLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The configuration of a tokenizer from the shapes of its weights. What shapes do not show (groups
 * and epsilon of the norms, the share of φ's convolution, the form of the codebook) is as in the
 * published models.
 */
record TokenizerInference(CheckpointShapes shapes, TokenizerLayout layout) {

  static TokenizerConfig infer(Checkpoint checkpoint) {
    CheckpointShapes shapes = new CheckpointShapes(checkpoint, "tokenizer");
    TokenizerLayout layout = isLlamaGen(shapes) ? TokenizerLayout.LLAMAGEN : TokenizerLayout.VAR;
    return new TokenizerInference(shapes, layout).config();
  }

  /** Whether a tokenizer has LlamaGen's names, as FlexVAR's has. */
  static boolean isLlamaGen(CheckpointShapes shapes) {
    return shapes.has("encoder.conv_blocks.0.res.0.conv1.weight");
  }

  private TokenizerConfig config() {
    String codebook = "quantize.embedding.weight";
    int channels = shapes.size("encoder.conv_in.weight", 4, 0);
    int levels = 0;
    while (shapes.has(firstConvolution("encoder." + layout.encoderLevel(levels)))) {
      levels++;
    }
    int last = levels;
    String attention = layout.joinedAttention() ? ".qkv.weight" : ".q.weight";
    boolean residual = layout == TokenizerLayout.VAR;
    return new TokenizerConfig(
        layout,
        shapes.size(codebook, 2, 0),
        shapes.size(codebook, 2, 1),
        shapes.size("quant_conv.weight", 4, 1),
        channels,
        multipliers(channels, last, i -> "encoder." + layout.encoderLevel(i)),
        multipliers(channels, last, i -> "decoder." + layout.decoderLevel(i, last)),
        residualBlocks(),
        shapes.has("encoder." + layout.encoderLevel(last - 1) + ".attn.0" + attention),
        shapes.has("encoder.mid." + layout.middle(1) + attention),
        OfficialModels.NORM_GROUPS,
        OfficialModels.EPSILON,
        shapes.size("quant_conv.weight", 4, 2),
        residual ? CodebookForm.EUCLIDEAN : CodebookForm.UNIT,
        residual ? phi() : new QuantizerConfig.GroundTruth());
  }

  private String firstConvolution(String level) {
    return level + "." + layout.block(0) + ".conv1.weight";
  }

  private List<Integer> multipliers(int channels, int levels, IntFunction<String> level) {
    List<Integer> result = new ArrayList<>();
    for (int i = 0; i < levels; i++) {
      result.add(shapes.size(firstConvolution(level.apply(i)), 4, 0) / channels);
    }
    return result;
  }

  private int residualBlocks() {
    String level = "encoder." + layout.encoderLevel(0) + ".";
    int blocks = 0;
    while (shapes.has(level + layout.block(blocks) + ".conv1.weight")) {
      blocks++;
    }
    return blocks;
  }

  private QuantizerConfig phi() {
    int shared = shapes.count("quantize.quant_resi.qresi_ls.", ".weight");
    boolean one = shapes.has("quantize.quant_resi.qresi.weight");
    boolean each = shapes.has("quantize.quant_resi.0.weight");
    return new QuantizerConfig.Residual(
        one || each || shared > 0 ? OfficialModels.PHI_RATIO : 0,
        each ? 0 : one ? 1 : Math.max(shared, 1));
  }
}
