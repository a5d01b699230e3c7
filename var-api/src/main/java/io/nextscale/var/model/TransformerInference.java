package io.nextscale.var.model;

import io.nextscale.torch.DType;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.StoredTensor;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.tokenizer.TokenizerConfig;
import io.nextscale.var.transformer.TransformerConfig;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** The configuration of a transformer from the shapes of its weights. */
record TransformerInference(Checkpoint checkpoint, CheckpointShapes shapes) {

  static TransformerInference of(Checkpoint checkpoint) {
    return new TransformerInference(checkpoint, new CheckpointShapes(checkpoint, "transformer"));
  }

  TransformerConfig config(TokenizerConfig tokenizer) {
    int depth = shapes.count("blocks.", ".attn.mat_qkv.weight");
    int width = shapes.size("word_embed.weight", 2, 0);
    boolean normalized = shapes.has("blocks.0.attn.scale_mul_1H11");
    return new TransformerConfig(
        depth,
        width,
        normalized ? shapes.size("blocks.0.attn.scale_mul_1H11", 4, 1) : depth,
        shapes.size("blocks.0.ffn.fc1.weight", 2, 0),
        shapes.size("class_emb.weight", 2, 0) - 1,
        OfficialModels.EPSILON,
        shapes.has("shared_ada_lin.1.weight"),
        normalized,
        hasPositionGrid() ? shapes.size("pos_1LC", 4, 2) : 0,
        tokenizer.codeWidth(),
        tokenizer.vocabularySize());
  }

  private boolean hasPositionGrid() {
    return shapes.rank("pos_1LC") == 4;
  }

  /**
   * Of a grid of positions those that the published models were trained on; else from the buffer
   * that says which scale a position belongs to, else from their number.
   */
  Scales scales() {
    if (hasPositionGrid()) {
      return OfficialModels.SCALES_256;
    }
    StoredTensor levels = checkpoint.tensors().get("lvl_1L");
    if (levels != null && levels.dtype() == DType.INT64 && levels.isContiguous()) {
      return Scales.squares(sides(levels.data()));
    }
    int tokens = shapes.size("pos_1LC", 3, 1);
    for (Scales known : List.of(OfficialModels.SCALES_256, OfficialModels.SCALES_512)) {
      if (known.tokens() == tokens) {
        return known;
      }
    }
    throw new ModelException(
        checkpoint.path()
            + ": no known list of scales has "
            + tokens
            + " tokens; give them as patch_nums in a config.json");
  }

  private int[] sides(MemorySegment levels) {
    long[] values = levels.toArray(ValueLayout.JAVA_LONG_UNALIGNED);
    List<Integer> sides = new ArrayList<>();
    for (int i = 0; i < values.length; ) {
      int end = i;
      while (end < values.length && values[end] == values[i]) {
        end++;
      }
      int side = (int) Math.round(Math.sqrt(end - i));
      if (side * side != end - i) {
        throw new ModelException(
            checkpoint.path() + ": lvl_1L has a scale of " + (end - i) + " tokens, no square");
      }
      sides.add(side);
      i = end;
    }
    return sides.stream().mapToInt(s -> s).toArray();
  }
}
