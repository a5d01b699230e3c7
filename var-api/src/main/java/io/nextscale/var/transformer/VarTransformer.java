package io.nextscale.var.transformer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.nn.BlockModel;
import io.nextscale.var.nn.Latest;
import io.nextscale.var.nn.LayerForm;
import io.nextscale.var.nn.Linear;
import io.nextscale.var.scale.Scales;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Predicts the tokens of a scale from the class and all earlier scales (VAR, section 3.1; {@code
 * models/var.py}).
 */
public final class VarTransformer implements BlockModel<VarTransformer> {
  private final TransformerConfig config;
  private final InputEmbedding embedding;
  private final @Nullable Linear sharedAdaLn;
  private final List<AdaLnBlock> blocks;
  private final ClassifierHead head;

  private VarTransformer(
      TransformerConfig config,
      InputEmbedding embedding,
      @Nullable Linear sharedAdaLn,
      List<AdaLnBlock> blocks,
      ClassifierHead head) {
    this.config = config;
    this.embedding = embedding;
    this.sharedAdaLn = sharedAdaLn;
    this.blocks = List.copyOf(blocks);
    this.head = head;
  }

  /**
   * Reads all weights; the blocks compute in the reader's element type, everything else in float32.
   *
   * @param scales the scales of the training
   */
  public static VarTransformer read(WeightReader reader, TransformerConfig config, Scales scales) {
    reader.ignore("lvl_1L"); // buffers that follow from the scales; FlexVAR's has any shape
    reader.ignore("attn_bias_for_masking");
    List<AdaLnBlock> blocks = new ArrayList<>();
    for (int i = 0; i < config.depth(); i++) {
      blocks.add(AdaLnBlock.read(reader.at("blocks." + i), i, config));
    }
    WeightReader shared = reader.as(DType.FLOAT32).at("shared_ada_lin.1");
    Linear sharedAdaLn =
        config.sharedAdaLn()
            ? Linear.read(shared, config.width(), 3L * config.branches() * config.width())
            : null;
    return new VarTransformer(
        config,
        InputEmbedding.read(reader, config, scales),
        sharedAdaLn,
        blocks,
        ClassifierHead.read(reader, config));
  }

  /** The configuration. */
  public TransformerConfig config() {
    return config;
  }

  /** Element type that the blocks compute in, and so that of keys, values and masks. */
  public DType computeType() {
    return blocks.getFirst().dtype();
  }

  /** The device that holds the weights. */
  public Device device() {
    return embedding.classes().device();
  }

  /** The learned embeddings of positions. */
  public Positions positions() {
    return embedding.positions();
  }

  // ---- inputs -----------------------------------------------------------------------------------

  /**
   * Computes the modulations of all blocks and of the head, which depend on the classes alone.
   *
   * @param classes one class per row, 0 to {@code config.classes()} (no class)
   * @throws IllegalArgumentException if a class does not exist
   */
  public Modulations modulate(long[] classes) {
    Tensor joined;
    try (TensorScope scope = TensorScope.open()) {
      Tensor embedded = embedding.ofClasses(classes);
      Tensor activated = Functional.silu(embedded);
      Tensor shared =
          sharedAdaLn == null
              ? null
              : sharedAdaLn.forward(activated).reshape(classes.length, -1, config.width());
      Condition condition = new Condition(activated, shared);
      List<Tensor> modulations =
          blocks.stream().map(block -> block.adaLn().modulate(condition)).toList();
      joined = scope.keep(Modulations.join(embedded, modulations, head.modulate(condition)));
    }
    return new Modulations(joined, config.branches());
  }

  /** Computes the input of the first scale, float32 (B, l_1, C). */
  public Tensor startInput(Modulations modulations, Positions.ScalePositions runPositions) {
    return embedding.startInput(modulations.embedding(), runPositions);
  }

  /**
   * Computes the input of a later scale.
   *
   * @param codes (B, Cvae, h_k, w_k) from the {@link io.nextscale.var.tokenizer.ScaleStep}
   * @return float32 (B, l_k, C)
   */
  public Tensor scaleInput(int k, Tensor codes, Positions.ScalePositions runPositions) {
    return embedding.scaleInput(k, codes, runPositions);
  }

  /**
   * Makes the pass over all scales at once, in the innermost scope.
   *
   * @throws IllegalArgumentException if they have more than {@link Pass#MAX_TOKENS_AT_ONCE} tokens
   */
  public Pass allScales(Scales scales) {
    Pass.requireOnePass(scales);
    boolean masked = blocks.stream().anyMatch(AdaLnBlock::needsMask);
    return new Pass.AllScales(
        scales.list(), masked ? Pass.mask(scales, computeType(), device()) : null);
  }

  // ---- prediction -------------------------------------------------------------------------------

  /**
   * Runs all blocks over some positions.
   *
   * @param input (B, l, C)
   * @param pass the scales of the positions, and what mixers carry from earlier ones
   * @param interruption called before each block; may throw to end the run
   * @return hidden states, float32 (B, l, C)
   */
  public Tensor hidden(Tensor input, Modulations modulations, Pass pass, Runnable interruption) {
    try (TensorScope scope = TensorScope.open()) {
      Latest x = new Latest(input);
      for (int i = 0; i < blocks.size(); i++) {
        interruption.run();
        x.set(blocks.get(i).forward(x.get(), modulations.block(i), i, pass));
      }
      return scope.keep(head.normalize(x.get(), modulations.head()));
    }
  }

  /** Computes the logits (B, l, V) of hidden states (B, l, C), or of weighted means of them. */
  public Tensor logits(Tensor hidden) {
    return head.linear().forward(hidden);
  }

  // ---- forms ------------------------------------------------------------------------------------

  @Override
  public int depth() {
    return config.depth();
  }

  @Override
  public VarTransformer mapBlock(int index, LayerForm form) {
    List<AdaLnBlock> changed = BlockModel.changed(blocks, index, block -> block.map(form));
    return new VarTransformer(config, embedding, sharedAdaLn, changed, head);
  }

  @Override
  public VarTransformer mapOutside(LayerForm form) {
    Linear shared = sharedAdaLn == null ? null : form.outsideBlocks(sharedAdaLn);
    return new VarTransformer(config, embedding.map(form), shared, blocks, head.map(form));
  }

  /**
   * Reads mixers and MLP of all blocks once more; shares everything else.
   *
   * @param reader reads the same weights; the blocks compute in its element type
   */
  public VarTransformer withBlocks(WeightReader reader) {
    List<AdaLnBlock> others = new ArrayList<>();
    for (int i = 0; i < blocks.size(); i++) {
      others.add(blocks.get(i).reread(reader.at("blocks." + i), i, config));
    }
    return new VarTransformer(config, embedding, sharedAdaLn, others, head);
  }
}
