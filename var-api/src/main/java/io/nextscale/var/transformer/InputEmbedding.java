package io.nextscale.var.transformer;

import io.nextscale.torch.DType;
import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.nn.LayerForm;
import io.nextscale.var.nn.Linear;
import io.nextscale.var.scale.Scales;

/**
 * Makes the inputs of the blocks from classes and codes; float32.
 *
 * @param classes (classes + 1, C); the last row is "no class"
 * @param start (1, l_1, C), added to the class embedding to make the first scale's input; with l_1
 *     = 1 it serves a first scale of any size
 * @param positions added to every input
 * @param words from code width to C
 */
record InputEmbedding(Tensor classes, Tensor start, Positions positions, Linear words) {

  static InputEmbedding read(WeightReader reader, TransformerConfig config, Scales scales) {
    WeightReader float32 = reader.as(DType.FLOAT32);
    int width = config.width();
    return new InputEmbedding(
        float32.read("class_emb.weight", config.classes() + 1L, width),
        float32.read("pos_start", 1, scales.get(0).tokens(), width),
        Positions.read(reader, config, scales),
        Linear.read(float32.at("word_embed"), config.codeWidth(), width));
  }

  /** The same with its layers in another form. */
  InputEmbedding map(LayerForm form) {
    return new InputEmbedding(classes, start, positions, form.outsideBlocks(words));
  }

  /** (B, C) of classes, 0 to the number of classes (no class). */
  Tensor ofClasses(long[] labels) {
    long noClass = classes.size(0) - 1;
    for (long label : labels) {
      if (label < 0 || label > noClass) {
        throw new IllegalArgumentException(
            "class %d: expected 0 to %d (no class)".formatted(label, noClass));
      }
    }
    Tensor index = Tensor.of(labels, labels.length).to(classes.device());
    return Layers.embedding(classes, index);
  }

  /** Input of the first scale, (B, l_1, C), of classes embedded as (B, C). */
  Tensor first(Tensor embedded, Positions.ScalePositions at) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(embedded.unsqueeze(1).add(start).add(at.at(0)));
    }
  }

  /** Input of scale k, (B, l_k, C), of codes (B, Cvae, h_k, w_k). */
  Tensor later(int k, Tensor codes, Positions.ScalePositions at) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor rows = codes.reshape(codes.size(0), codes.size(1), -1).transpose(1, 2);
      return scope.keep(words.forward(rows).add(at.at(k)));
    }
  }
}
