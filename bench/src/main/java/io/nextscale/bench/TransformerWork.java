package io.nextscale.bench;

import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.scale.Scales;
import java.util.function.IntFunction;

/**
 * The work of the scale loop. The step between scales (φ, resizing) is too small to be counted.
 *
 * @param config hyperparameters of the transformer
 * @param scales scales of an image
 * @param images number of images at once
 * @param guided whether each image takes two rows of the batch
 * @param bytesPerElement bytes of an element of the blocks' weights
 */
record TransformerWork(
    TransformerConfig config, Scales scales, int images, boolean guided, int bytesPerElement) {

  /**
   * Counts for the scales of the model.
   *
   * @throws IllegalArgumentException if it predicts token by token: see {@link RasterWork}
   */
  static TransformerWork of(ModelSpec spec, int images, boolean guided, int bytesPerElement) {
    if (!spec.transformer().network().scaleByScale()) {
      throw new IllegalArgumentException(
          "%s predicts token by token: expected a model that predicts scale by scale"
              .formatted(spec.name()));
    }
    return new TransformerWork(spec.transformer(), spec.scales(), images, guided, bytesPerElement);
  }

  /** Rows of the batch. */
  int rows() {
    return guided ? 2 * images : images;
  }

  private double width() {
    return config.width();
  }

  private double tokens(int k) {
    return scales.get(k).tokens();
  }

  /** Linear layers of all blocks: those of the mixers and of the MLP. */
  Work linear(int k) {
    return Work.computed(rows() * tokens(k), config.linearParameterCount(), bytesPerElement);
  }

  /** Work of the mixers of all blocks besides: attention, or convolution and recurrence. */
  Work mixing(int k) {
    return Work.ofActivations(rows() * MixerWork.multiplyAdds(config, tokens(k), scales.start(k)));
  }

  /** Hidden states to logits, in float32. */
  Work head(int k) {
    return Work.float32(rows() * tokens(k), width() * config.vocabularySize());
  }

  /** Codes to hidden states, in float32, once for both rows; the first scale has no codes. */
  Work embedding(int k) {
    return k == 0 ? Work.NONE : Work.float32(images * tokens(k), config.codeWidth() * width());
  }

  /**
   * Modulations of all blocks and the head, in float32, before the first scale. The loop has no
   * part of it: models keep the modulations of their last classes.
   */
  Work adaLn() {
    int layers = config.sharedAdaLn() ? 1 : config.depth();
    double parts = 3.0 * config.branches() * layers + 2; // gamma, scale, shift; those of the head
    return Work.float32(rows(), parts * width() * width());
  }

  /** All work that is done during scale k. */
  Work scale(int k) {
    return linear(k).plus(mixing(k)).plus(head(k)).plus(embedding(k));
  }

  /** Adds up one kind of work over all scales. */
  Work atAll(IntFunction<Work> kind) {
    Work sum = Work.NONE;
    for (int k = 0; k < scales.count(); k++) {
      sum = sum.plus(kind.apply(k));
    }
    return sum;
  }

  /** The work of the whole loop. */
  Work loop() {
    return atAll(this::scale);
  }
}
