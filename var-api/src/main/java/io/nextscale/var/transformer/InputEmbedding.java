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
 * Computes the input of the first block from classes and codes, in float32.
 *
 * @param classes class embeddings (classes + 1, C); the last row is "no class"
 * @param start embedding (1, l_1, C) that is added to the class embedding at the first scale; with
 *     l_1 = 1 it serves a first scale of any size
 * @param positions added to every input
 * @param words {@code word_embed}, code width to C
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

  /** Returns the same embedding with its layers in another form. */
  InputEmbedding map(LayerForm form) {
    return new InputEmbedding(classes, start, positions, form.outsideBlocks(words));
  }

  /**
   * Looks up the embeddings (B, C) of classes.
   *
   * @param labels one class per row, 0 to the number of classes (no class)
   * @throws IllegalArgumentException if a class does not exist
   */
  Tensor ofClasses(long[] labels) {
    long noClass = classes.size(0) - 1;
    for (long label : labels) {
      if (label < 0 || label > noClass) {
        throw new IllegalArgumentException(
            "class %s: expected 0 to %s (no class)".formatted(label, noClass));
      }
    }
    Tensor index = Tensor.of(labels, labels.length).to(classes.device());
    return Layers.embedding(classes, index);
  }

  /** Computes the input (B, l_1, C) of the first scale from class embeddings (B, C). */
  Tensor startInput(Tensor embedded, Positions.ScalePositions runPositions) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(embedded.unsqueeze(1).add(start).add(runPositions.ofScale(0)));
    }
  }

  /** Computes the input (B, l_k, C) of scale k from codes (B, Cvae, h_k, w_k). */
  Tensor scaleInput(int k, Tensor codes, Positions.ScalePositions runPositions) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor sequence = codes.reshape(codes.size(0), codes.size(1), -1).transpose(1, 2);
      return scope.keep(words.forward(sequence).add(runPositions.ofScale(k)));
    }
  }
}
