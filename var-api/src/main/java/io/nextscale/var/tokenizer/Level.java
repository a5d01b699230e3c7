package io.nextscale.var.tokenizer;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import java.util.ArrayList;
import java.util.List;

/**
 * The blocks of one resolution.
 *
 * @param blocks residual blocks, in order
 * @param attention after each block, or empty
 */
record Level(List<ResidualBlock> blocks, List<AttentionBlock> attention) {

  static Level read(
      WeightReader reader,
      TokenizerConfig config,
      int blockCount,
      int in,
      int out,
      boolean attention) {
    List<ResidualBlock> blocks = new ArrayList<>();
    List<AttentionBlock> attentions = new ArrayList<>();
    for (int i = 0; i < blockCount; i++) {
      blocks.add(
          ResidualBlock.read(reader.at(config.layout().block(i)), config, i == 0 ? in : out, out));
      if (attention) {
        attentions.add(AttentionBlock.read(reader.at("attn." + i), config, out));
      }
    }
    return new Level(blocks, attentions);
  }

  /**
   * All blocks, in order. Feature maps are the largest tensors there are: each is freed as soon as
   * it has been read, and so is {@code x}.
   */
  Tensor forward(Tensor x) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor h = x;
      for (int i = 0; i < blocks.size(); i++) {
        Tensor before = h;
        h = blocks.get(i).forward(before);
        before.close();
        if (!attention.isEmpty()) {
          Tensor plain = h;
          h = attention.get(i).forward(plain);
          plain.close();
        }
      }
      return scope.keep(h);
    }
  }
}
