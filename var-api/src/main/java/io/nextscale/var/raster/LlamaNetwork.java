package io.nextscale.var.raster;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
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

/**
 * LlamaGen's class-conditional transformer ({@code Transformer} in {@code
 * autoregressive/models/gpt.py}).
 *
 * @param config its configuration
 * @param classes embeddings of the classes and of "no class", float32 (classes + 1, C)
 * @param tokens embeddings of the codes, float32 (V, C)
 * @param rotation of queries and keys by their places
 * @param blocks in order
 * @param norm after the last block
 * @param head maps hidden states to logits, in float32
 */
public record LlamaNetwork(
    TransformerConfig config,
    Tensor classes,
    Tensor tokens,
    GridRotation rotation,
    List<LlamaBlock> blocks,
    RmsNorm norm,
    Linear head)
    implements RasterNetwork {
  /** Copies the list. */
  public LlamaNetwork {
    blocks = List.copyOf(blocks);
  }

  /**
   * Reads all weights; the blocks compute in the reader's element type, everything else in float32.
   *
   * @param grid of the tokens
   */
  public static LlamaNetwork read(
      WeightReader reader, TransformerConfig config, NetworkConfig.Llama kind, Scale grid) {
    reader.ignore("freqs_cis"); // follows from the grid
    WeightReader float32 = reader.as(DType.FLOAT32);
    int width = config.width();
    int codes = config.vocabularySize();
    List<LlamaBlock> blocks = new ArrayList<>();
    for (int i = 0; i < config.depth(); i++) {
      blocks.add(LlamaBlock.read(reader.at("layers." + i), config));
    }
    Tensor classes =
        float32.at("cls_embedding.embedding_table").read("weight", config.classes() + 1L, width);
    return new LlamaNetwork(
        config,
        classes,
        float32.at("tok_embeddings").read("weight", codes, width),
        GridRotation.of(grid, config.headWidth(), kind.rotationBase(), classes.device()),
        blocks,
        RmsNorm.read(reader.at("norm"), width, config.normEpsilon()),
        new DenseLinear(float32.at("output").read("weight", codes, width), null));
  }

  @Override
  public DType keyType() {
    return blocks.getFirst().attention().keyType();
  }

  @Override
  public Device device() {
    return classes.device();
  }

  @Override
  public Conditioned of(long[] rows) {
    return new OfClasses(this, Embeddings.ofClasses(classes, rows));
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
  public LlamaNetwork mapBlock(int index, LayerForm form) {
    List<LlamaBlock> changed =
        BlockModel.changed(blocks, index, block -> block.map(form, device()));
    return new LlamaNetwork(config, classes, tokens, rotation, changed, norm, head);
  }

  @Override
  public LlamaNetwork mapOutside(LayerForm form) {
    return new LlamaNetwork(
        config, classes, tokens, rotation, blocks, norm, form.outsideBlocks(head));
  }

  /** The class is the first token: after it nothing depends on the class. */
  private record OfClasses(LlamaNetwork network, Tensor start) implements Conditioned {
    @Override
    public Tensor next(long[] tokens, int position) {
      return Embeddings.of(network.tokens, tokens, 1);
    }

    @Override
    public Tensor following(long[][] tokens) {
      return Embeddings.of(network.tokens, tokens);
    }

    @Override
    public Tensor hidden(Tensor input, int first, Pass pass, Runnable interruption) {
      try (TensorScope scope = TensorScope.open()) {
        GridRotation rotation = network.rotation.at(first, input.size(1));
        Latest x = new Latest(input);
        for (int i = 0; i < network.blocks.size(); i++) {
          interruption.run();
          x.set(network.blocks.get(i).forward(x.get(), rotation, pass, pass.state(i, 0)));
        }
        return scope.keep(network.norm.apply(x.get()));
      }
    }
  }
}
