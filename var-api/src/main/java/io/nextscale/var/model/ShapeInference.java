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

/**
 * The configuration of a model from the shapes of its weights. What shapes do not show (groups and
 * epsilon of the norms, the share of φ's convolution, distance instead of cosine) is as in the
 * published models.
 */
final class ShapeInference {
  private final Checkpoint checkpoint;

  private ShapeInference(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
  }

  static ModelSpec infer(Checkpoint vae, Checkpoint transformer) {
    try {
      TokenizerConfig tokenizer = new ShapeInference(vae).tokenizer();
      ShapeInference shapes = new ShapeInference(transformer);
      TransformerConfig config = shapes.transformer(tokenizer);
      String name = "var-d" + config.depth() + (config.sharedAdaLn() ? "-s" : "");
      return new ModelSpec(
          name,
          tokenizer,
          config,
          shapes.scales(),
          List.of(),
          SamplingDefaults.official(tokenizer.vocabularySize()));
    } catch (IllegalArgumentException e) {
      throw new ModelException(
          "no configuration fits "
              + vae.path()
              + " and "
              + transformer.path()
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private TokenizerConfig tokenizer() {
    long[] codebook = shape("quantize.embedding.weight", 2);
    int channels = size("encoder.conv_in.weight", 4, 0);
    int levels = count("encoder.down.", ".block.0.conv1.weight");
    List<Integer> multipliers = new ArrayList<>();
    for (int i = 0; i < levels; i++) {
      multipliers.add(size("encoder.down." + i + ".block.0.conv1.weight", 4, 0) / channels);
    }
    int shared = count("quantize.quant_resi.qresi_ls.", ".weight");
    boolean one = has("quantize.quant_resi.qresi.weight");
    boolean each = has("quantize.quant_resi.0.weight");
    return new TokenizerConfig(
        (int) codebook[0],
        (int) codebook[1],
        channels,
        multipliers,
        count("encoder.down.0.block.", ".conv1.weight"),
        has("encoder.down." + (levels - 1) + ".attn.0.qkv.weight"),
        has("encoder.mid.attn_1.qkv.weight"),
        OfficialModels.NORM_GROUPS,
        OfficialModels.EPSILON,
        size("quant_conv.weight", 4, 2),
        one || each || shared > 0 ? OfficialModels.PHI_RATIO : 0,
        each ? 0 : one ? 1 : Math.max(shared, 1),
        false);
  }

  private TransformerConfig transformer(TokenizerConfig tokenizer) {
    int depth = count("blocks.", ".attn.mat_qkv.weight");
    int width = size("word_embed.weight", 2, 0);
    boolean normalized = has("blocks.0.attn.scale_mul_1H11");
    return new TransformerConfig(
        depth,
        width,
        normalized ? size("blocks.0.attn.scale_mul_1H11", 4, 1) : depth,
        size("blocks.0.ffn.fc1.weight", 2, 0),
        size("class_emb.weight", 2, 0) - 1,
        OfficialModels.EPSILON,
        has("shared_ada_lin.1.weight"),
        normalized,
        tokenizer.codeWidth(),
        tokenizer.vocabularySize());
  }

  /** From the buffer that says which scale a position belongs to, else from their number. */
  private Scales scales() {
    StoredTensor levels = checkpoint.tensors().get("lvl_1L");
    int tokens = size("pos_1LC", 3, 1);
    if (levels != null && levels.dtype() == DType.INT64 && levels.isContiguous()) {
      return Scales.squares(sides(levels.data()));
    }
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

  private boolean has(String key) {
    return checkpoint.tensors().containsKey(key);
  }

  private int count(String prefix, String suffix) {
    int count = 0;
    while (has(prefix + count + suffix)) {
      count++;
    }
    return count;
  }

  private long[] shape(String key, int dimensions) {
    StoredTensor tensor = checkpoint.tensors().get(key);
    if (tensor == null || tensor.shape().length != dimensions) {
      throw new ModelException(
          checkpoint.path()
              + ": no "
              + key
              + " of "
              + dimensions
              + " dimensions: this is not the "
              + (key.startsWith("quantize") || key.startsWith("encoder") || key.startsWith("quant_")
                  ? "tokenizer"
                  : "transformer")
              + " of a VAR model");
    }
    return tensor.shape();
  }

  private int size(String key, int dimensions, int index) {
    long size = shape(key, dimensions)[index];
    if (size > Integer.MAX_VALUE) {
      throw new ModelException(checkpoint.path() + ": " + key + " has a side of " + size);
    }
    return (int) size;
  }
}
