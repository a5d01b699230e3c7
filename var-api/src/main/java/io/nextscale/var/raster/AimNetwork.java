package io.nextscale.var.raster;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.NetworkConfig;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.nn.BlockModel;
import io.nextscale.var.nn.DenseLinear;
import io.nextscale.var.nn.Latest;
import io.nextscale.var.nn.LayerForm;
import io.nextscale.var.nn.Linear;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.transformer.Pass;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * AiM: Mamba-2 over the class and the tokens ({@code models/aim.py} and {@code
 * models/mamba_blocks.py} of hp-l33/AiM).
 *
 * @param classes embeddings of the classes and of "no class", float32 (classes + 1, C)
 * @param tokens embeddings of the codes, which also map hidden states to logits, float32 (V, C)
 * @param positions of the tokens, float32 (n + 1, C)
 * @param shared modulations that blocks share, C to groups·3·C; none if they share none
 * @param blocks in order
 * @param norm after the last block
 * @param finalNorm after {@code norm}
 * @param finalModulation shift and scale of {@code finalNorm}, C to 2·C
 * @param head maps hidden states to logits by {@code tokens}
 */
public record AimNetwork(
    TransformerConfig config,
    Tensor classes,
    Tensor tokens,
    Tensor positions,
    @Nullable Linear shared,
    List<AimBlock> blocks,
    RmsNorm norm,
    RmsNorm finalNorm,
    Linear finalModulation,
    Linear head)
    implements RasterNetwork {
  /** Copies the list. */
  public AimNetwork {
    blocks = List.copyOf(blocks);
  }

  /**
   * Reads all weights; the blocks compute in the reader's element type, everything else in float32.
   *
   * @param grid of the tokens
   */
  public static AimNetwork read(
      WeightReader reader, TransformerConfig config, NetworkConfig.Aim kind, Scale grid) {
    reader.ignore("lm_head.weight"); // the embeddings of the codes once more
    WeightReader backbone = reader.at("backbone");
    WeightReader float32 = backbone.as(DType.FLOAT32);
    WeightReader embeddings = float32.at("embeddings");
    WeightReader last = float32.at("final_layer");
    long width = config.width();
    double epsilon = config.normEpsilon();
    List<AimBlock> blocks = new ArrayList<>();
    for (int i = 0; i < config.depth(); i++) {
      blocks.add(AimBlock.read(backbone.at("layers." + i), i, config, kind));
    }
    Tensor codes = embeddings.at("word_embeddings").read("weight", config.vocabularySize(), width);
    return new AimNetwork(
        config,
        float32.at("cls_embed.embedding_table").read("weight", config.classes() + 1L, width),
        codes,
        embeddings.at("position_embeddings").read("weight", grid.tokens() + 1L, width),
        kind.groups() == 0
            ? null
            : Linear.read(float32.at("adaln_group.1"), width, 3L * kind.groups() * width),
        blocks,
        RmsNorm.read(float32.at("norm_f"), width, epsilon),
        RmsNorm.read(last.at("norm_final"), width, epsilon),
        Linear.read(last.at("adaLN_modulation.1"), width, 2 * width),
        new DenseLinear(codes, null));
  }

  @Override
  public DType keyType() {
    return DType.FLOAT32; // it has none
  }

  @Override
  public Device device() {
    return classes.device();
  }

  @Override
  public Conditioned of(long[] rows) {
    Tensor start = Embeddings.ofClasses(classes, rows);
    Tensor modulated;
    Tensor last;
    try (TensorScope scope = TensorScope.open()) {
      Tensor activated = Functional.silu(start.select(1, 0));
      Tensor groups =
          shared == null
              ? null
              : shared.forward(activated).reshape(rows.length, -1, 3, config.width());
      List<Tensor> ofBlocks =
          blocks.stream()
              .map(block -> block.modulation().of(activated, groups).unsqueeze(0))
              .toList();
      modulated = scope.keep(Functional.cat(ofBlocks, 0));
      last = scope.keep(finalModulation.forward(activated).reshape(rows.length, 2, -1));
    }
    return new OfClasses(this, start, modulated, last);
  }

  @Override
  public Tensor logits(Tensor hidden) {
    return head.forward(hidden);
  }

  @Override
  public int depth() {
    return blocks.size();
  }

  @Override
  public AimNetwork mapBlock(int index, LayerForm form) {
    return new AimNetwork(
        config,
        classes,
        tokens,
        positions,
        shared,
        BlockModel.changed(blocks, index, block -> block.map(form)),
        norm,
        finalNorm,
        finalModulation,
        head);
  }

  @Override
  public AimNetwork mapOutside(LayerForm form) {
    return new AimNetwork(
        config,
        classes,
        tokens,
        positions,
        shared == null ? null : form.outsideBlocks(shared),
        blocks,
        norm,
        finalNorm,
        form.outsideBlocks(finalModulation),
        form.outsideBlocks(head));
  }

  /**
   * The class is the first token and modulates every block.
   *
   * @param start (B, 1, C)
   * @param modulated shift, scale and gate of each block, (blocks, B, 3, C)
   * @param last shift and scale after the last block, (B, 2, C)
   */
  private record OfClasses(AimNetwork network, Tensor start, Tensor modulated, Tensor last)
      implements Conditioned {
    @Override
    public Tensor next(long[] tokens, int position) {
      return placed(Embeddings.of(network.tokens, tokens, 1), position);
    }

    /** Token j has the position of token j − 1 of a generation, as in the official training. */
    @Override
    public Tensor following(long[][] tokens) {
      return placed(Embeddings.of(network.tokens, tokens), 0);
    }

    private Tensor placed(Tensor embedded, int first) {
      return embedded.add(network.positions.narrow(0, first, embedded.size(1)).unsqueeze(0));
    }

    @Override
    public Tensor hidden(Tensor input, int first, Pass pass, Runnable interruption) {
      try (TensorScope scope = TensorScope.open()) {
        Latest x = new Latest(input);
        for (int i = 0; i < network.blocks.size(); i++) {
          interruption.run();
          AimBlock block = network.blocks.get(i);
          x.set(block.forward(x.get(), modulated.select(0, i), pass, pass.state(i, 0)));
        }
        Tensor normalized = network.finalNorm.apply(network.norm.apply(x.get()));
        return scope.keep(
            AimModulation.apply(normalized, last.narrow(1, 0, 1), last.narrow(1, 1, 1)));
      }
    }
  }
}
