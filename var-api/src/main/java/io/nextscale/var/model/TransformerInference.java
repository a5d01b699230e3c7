package io.nextscale.var.model;

import io.nextscale.torch.DType;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.StoredTensor;
import io.nextscale.var.checkpoint.WeightChoice;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The keys of a transformer's configuration that the shapes of its weights imply. The epsilon of
 * the norms has no shape: its key is left out, so that it is as in the published models.
 *
 * @param checkpoint the weight file
 * @param shapes of its tensors
 */
record TransformerInference(Checkpoint checkpoint, CheckpointShapes shapes)
    implements NetworkInference {
  /** Chooses the transformer in a file with several sets of weights. */
  static final WeightChoice CHOICE =
      WeightChoice.having("pos_1LC", LlamaInference.TOKENS, AimInference.CODES);

  private static final int MOST_TOKENS = 1 << 16;
  private static final String MAMBA = "blocks.0.mamba.";
  private static final String HEAD_SCALES = "blocks.0.attn.scale_mul_1H11";

  /** The family whose transformers have this kind of positions and of mixers. */
  @Override
  public Family family() {
    if (shapes.has(MAMBA + "A_log")) {
      return hasPositionGrid() ? Family.FLEXVAR_MAMBA : Family.MVAR;
    }
    return hasPositionGrid() ? Family.FLEXVAR : Family.VAR;
  }

  @Override
  public Map<String, Object> keys() {
    Map<String, Object> keys = new LinkedHashMap<>();
    keys.put("transformer", transformer());
    keys.put("mamba", mamba());
    keys.put("patch_nums", scales().list().stream().map(Scale::width).map(Long::valueOf).toList());
    return keys;
  }

  /** The keys of the object "mamba" in a {@code config.json}. */
  private Map<String, Object> mamba() {
    Map<String, Object> keys = new LinkedHashMap<>();
    if (shapes.has(MAMBA + "A_log")) {
      long inner = shapes.size(MAMBA + "out_proj.weight", 2, 1);
      keys.put("expand", inner / shapes.size(MAMBA + "out_proj.weight", 2, 0));
      keys.put("headdim", inner / shapes.size(MAMBA + "A_log", 1, 0));
      keys.put("d_state", (shapes.size(MAMBA + "conv1d.weight", 3, 0) - inner) / 2);
      keys.put("d_conv", (long) shapes.size(MAMBA + "conv1d.weight", 3, 2));
    }
    return keys;
  }

  /** The keys of the object "transformer" in a {@code config.json}. */
  private Map<String, Object> transformer() {
    Map<String, Object> keys = new LinkedHashMap<>();
    long depth = depth();
    long width = shapes.size("word_embed.weight", 2, 0);
    boolean normalized = shapes.has(HEAD_SCALES);
    keys.put("depth", depth);
    keys.put("embed_dim", width);
    keys.put("num_heads", normalized ? (long) shapes.size(HEAD_SCALES, 4, 1) : depth);
    keys.put("mlp_ratio", (double) shapes.size("blocks.0.ffn.fc1.weight", 2, 0) / width);
    keys.put("num_classes", (long) classes());
    keys.put("shared_aln", shapes.has("shared_ada_lin.1.weight"));
    keys.put("attn_l2_norm", normalized);
    if (hasPositionGrid()) {
      keys.put("pos_grid", (long) shapes.size("pos_1LC", 4, 2));
    }
    return keys;
  }

  /** The name of a published model of this depth. */
  @Override
  public String name() {
    boolean shared = shapes.has("shared_ada_lin.1.weight");
    return "%s-d%s%s".formatted(family().key(), depth(), shared ? "-s" : "");
  }

  private int depth() {
    return shapes.count("blocks.", ".ffn.fc1.weight");
  }

  @Override
  public int classes() {
    return shapes.size("class_emb.weight", 2, 0) - 1;
  }

  private boolean hasPositionGrid() {
    return shapes.rank("pos_1LC") == 4;
  }

  /**
   * The scales of the model's training. With a position grid they are those of the published
   * models. With a table of positions they follow from the buffer {@code lvl_1L}, the scale of each
   * position, or, without that buffer, from the number of positions.
   *
   * @throws ModelException if no published model has that number of positions
   */
  Scales scales() {
    if (hasPositionGrid()) {
      return OfficialModels.SCALES_256;
    }
    StoredTensor levels = checkpoint.tensors().get("lvl_1L");
    if (levels != null && levels.dtype() == DType.INT64 && levels.isContiguous()) {
      if (levels.elementCount() > MOST_TOKENS) {
        throw new ModelException(
            "%s: lvl_1L has %s tokens, expected at most %s"
                .formatted(checkpoint.path(), levels.elementCount(), MOST_TOKENS));
      }
      return Scales.squares(sides(levels.data()));
    }
    int tokens = shapes.size("pos_1LC", 3, 1);
    for (Scales known : List.of(OfficialModels.SCALES_256, OfficialModels.SCALES_512)) {
      if (known.tokens() == tokens) {
        return known;
      }
    }
    throw new ModelException(
        "%s: no known list of scales has %s tokens; give them as patch_nums in a config.json"
            .formatted(checkpoint.path(), tokens));
  }

  /** Sides of the square scales, from the runs of equal values. */
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
            "%s: lvl_1L has a scale of %s tokens: expected a square"
                .formatted(checkpoint.path(), end - i));
      }
      sides.add(side);
      i = end;
    }
    return sides.stream().mapToInt(s -> s).toArray();
  }
}
