package io.nextscale.var.model;

import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.StoredTensor;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Weights with the buffers that the PyTorch code of VAR and FlexVAR registers beside them, so that
 * {@code load_state_dict(strict=True)} finds every key.
 *
 * <p>All tensors of the file stay as they are, except one: FlexVAR trains on scales that change
 * from step to step and saves the mask of the last step. A mask for other scales than the model's
 * is replaced.
 *
 * <p>Sources: models/var.py, basic_var.py and quant.py of FoundationVision/VAR; models/flexvar.py,
 * vq_llama.py and __init__.py of jiaosiyu1999/FlexVAR.
 *
 * @param tensors those of the file, then the added buffers
 * @param added names of the added buffers, and of a replaced mask
 * @param pthKey key under which a {@code .pth} file holds the tensors, "model" for a FlexVAR
 *     tokenizer; empty if the file holds nothing else
 */
public record OfficialLayout(List<StoredTensor> tensors, List<String> added, String pthKey) {
  private static final String CODEBOOK = "quantize.embedding.weight";
  private static final String POSITIONS = "pos_1LC";
  private static final String FIRST_POSITIONS = "pos_start";
  private static final String SCALE_EMBEDDING = "lvl_embed.weight";
  private static final String LEVELS = "lvl_1L";
  private static final String MASK = "attn_bias_for_masking";
  private static final int CODEBOOK_USED = 65_536; // in vq_llama.py, whatever the codebook
  private static final int MOST_TOKENS = 16_384; // a mask of 1 GiB

  /** Makes the lists unmodifiable. */
  public OfficialLayout {
    Objects.requireNonNull(tensors, "tensors");
    Objects.requireNonNull(added, "added");
    Objects.requireNonNull(pthKey, "pthKey");
    tensors = List.copyOf(tensors);
    added = List.copyOf(added);
  }

  /**
   * Adds the buffers to the weights of a tokenizer or a transformer, of VAR or FlexVAR.
   *
   * @param checkpoint the weights; must stay open while the result is used
   * @param wanted scales of the model, squares only; null: those that the file implies
   * @throws ModelException if the file is none of these, or the scales do not fit it
   */
  public static OfficialLayout of(Checkpoint checkpoint, @Nullable Scales wanted) {
    Objects.requireNonNull(checkpoint, "checkpoint");
    if (wanted != null) {
      requireOfficial(wanted);
    }
    CheckpointShapes shapes = new CheckpointShapes(checkpoint, "transformer");
    Draft draft = new Draft(checkpoint, shapes, new ArrayList<>());
    String key = "";
    if (shapes.has(POSITIONS)) {
      draft.transformer(wanted);
    } else if (!shapes.has(CODEBOOK)) {
      throw new ModelException(
          "%s: neither a transformer, which has %s, nor a tokenizer, which has %s"
              .formatted(checkpoint.path(), POSITIONS, CODEBOOK));
    } else if (TokenizerInference.isLlamaGen(shapes)) {
      draft.zeros("quantize.codebook_used", CODEBOOK_USED);
      key = "model";
    } else {
      draft.varTokenizer(wanted);
    }
    List<String> added = draft.added.stream().map(StoredTensor::name).toList();
    List<StoredTensor> all = new ArrayList<>(checkpoint.tensors().values());
    all.removeIf(tensor -> added.contains(tensor.name()));
    all.addAll(draft.added);
    return new OfficialLayout(all, added, key);
  }

  private static void requireOfficial(Scales scales) {
    for (Scale scale : scales.list()) {
      if (scale.height() != scale.width()) {
        throw new ModelException(
            "scales %s: %s is no square; the official code has squares only"
                .formatted(scales, scale));
      }
    }
    if (scales.tokens() > MOST_TOKENS) {
      throw new ModelException(
          "scales %s: %s tokens, expected at most %s"
              .formatted(scales, scales.tokens(), MOST_TOKENS));
    }
  }

  private record Draft(Checkpoint checkpoint, CheckpointShapes shapes, List<StoredTensor> added) {

    void varTokenizer(@Nullable Scales wanted) {
      Scales scales = wanted == null ? OfficialModels.SCALES_256 : wanted;
      int phis = shapes.count("quantize.quant_resi.", ".weight");
      if (phis > 0) {
        requireEqual("quantize.quant_resi", phis, "convolutions", scales.count(), scales);
      }
      zeros("quantize.ema_vocab_hit_SV", scales.count(), shapes.size(CODEBOOK, 2, 0));
    }

    void transformer(@Nullable Scales wanted) {
      Scales scales = wanted;
      if (scales == null || shapes.has(LEVELS)) {
        scales = new TransformerInference(checkpoint, shapes).scales();
        requireOfficial(scales);
      }
      if (wanted != null && !wanted.equals(scales)) {
        throw new ModelException(
            "%s: %s is for the scales %s, not %s"
                .formatted(checkpoint.path(), LEVELS, scales, wanted));
      }
      int first = shapes.size(FIRST_POSITIONS, 3, 1);
      requireEqual(FIRST_POSITIONS, first, "positions", scales.get(0).tokens(), scales);
      int width = shapes.size("word_embed.weight", 2, 0);
      int depth = shapes.count("blocks.", ".attn.mat_qkv.weight");
      for (int i = 0; i < depth; i++) {
        zeros("blocks." + i + ".attn.zero_k_bias", width);
      }
      if (shapes.rank(POSITIONS) == 4) {
        requireGrid();
      } else {
        requireTable(scales);
        levels(scales);
      }
      mask(scales);
    }

    private void requireGrid() {
      int side = shapes.size(POSITIONS, 4, 2);
      if (side != OfficialModels.POSITION_GRID) {
        throw new ModelException(
            "%s: %s is a grid of side %s, the official code's has %s"
                .formatted(checkpoint.path(), POSITIONS, side, OfficialModels.POSITION_GRID));
      }
    }

    private void requireTable(Scales scales) {
      int positions = shapes.size(POSITIONS, 3, 1);
      requireEqual(POSITIONS, positions, "positions", scales.tokens(), scales);
      int levels = shapes.size(SCALE_EMBEDDING, 2, 0);
      requireEqual(SCALE_EMBEDDING, levels, "levels", scales.count(), scales);
      if (shapes.has(MASK)) {
        requireEqual(MASK, shapes.size(MASK, 4, 2), "positions", scales.tokens(), scales);
      }
    }

    private void requireEqual(String what, int found, String unit, int needed, Scales scales) {
      if (found != needed) {
        throw new ModelException(
            "%s: %s has %s %s, the scales %s have %s"
                .formatted(checkpoint.path(), what, found, unit, scales, needed));
      }
    }

    void zeros(String name, int... shape) {
      if (!shapes.has(name)) {
        long elements = 1;
        for (int side : shape) {
          elements *= side;
        }
        add(name, new float[Math.toIntExact(elements)], shape);
      }
    }

    private void add(String name, float[] values, int... shape) {
      long[] sides = Arrays.stream(shape).asLongStream().toArray();
      added.add(StoredTensor.of(name, values, sides));
    }

    /** Adds (1, L): the index of the scale of each position. */
    private void levels(Scales scales) {
      if (shapes.has(LEVELS)) {
        return;
      }
      long[] levels = new long[scales.tokens()];
      for (int k = 0; k < scales.count(); k++) {
        Arrays.fill(levels, scales.start(k), scales.start(k + 1), k);
      }
      added.add(StoredTensor.of(LEVELS, levels, new long[] {1, levels.length}));
    }

    /** Adds (1, 1, L, L): 0 where a position sees another, of its scale or before, else −∞. */
    private void mask(Scales scales) {
      int tokens = scales.tokens();
      if (shapes.has(MASK) && shapes.size(MASK, 4, 2) == tokens) {
        return;
      }
      float[] mask = new float[Math.multiplyExact(tokens, tokens)];
      for (int k = 0; k < scales.count(); k++) {
        int end = scales.start(k + 1);
        for (int row = scales.start(k); row < end; row++) {
          Arrays.fill(mask, row * tokens + end, (row + 1) * tokens, Float.NEGATIVE_INFINITY);
        }
      }
      add(MASK, mask, 1, 1, tokens, tokens);
    }
  }
}
