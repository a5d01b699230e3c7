package io.nextscale.bench;

import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.scale.Scales;
import java.util.function.IntFunction;

/**
 * The work of the scale loop. The step between scales (φ, resizing) is not counted: below a
 * thousandth.
 *
 * @param config the transformer's numbers
 * @param scales those of an image
 * @param images made at once
 * @param guided whether each of them takes two rows of the batch
 * @param bytesPerElement of the type that the blocks compute in
 */
record TransformerWork(
    TransformerConfig config, Scales scales, int images, boolean guided, int bytesPerElement) {

  static TransformerWork of(ModelSpec spec, int images, boolean guided, int bytesPerElement) {
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

  /** Linear maps of all blocks: query, key and value, projection, the two of the MLP. */
  Work linear(int k) {
    double weights = 4 * width() * width() + 2 * width() * config.hiddenWidth();
    return Work.computed(rows() * tokens(k), config.depth() * weights, bytesPerElement);
  }

  /** Query times key and scores times value, in all blocks. */
  Work attention(int k) {
    double pairs = tokens(k) * scales.start(k + 1);
    return Work.ofActivations(2 * rows() * pairs * width() * config.depth());
  }

  /** To the vocabulary, in float32. */
  Work head(int k) {
    return Work.exact(rows() * tokens(k), width() * config.vocabularySize());
  }

  /** Codes to the width, in float32, once for both rows of an image; the first scale has none. */
  Work embedding(int k) {
    return k == 0 ? Work.NONE : Work.exact(images * tokens(k), config.codeWidth() * width());
  }

  /** Modulations of the blocks and of the head, in float32, once a run: before the first scale. */
  Work adaLn() {
    int maps = config.sharedAdaLn() ? 1 : config.depth();
    return Work.exact(rows(), (6.0 * maps + 2) * width() * width());
  }

  /** Everything that the time of scale k holds. */
  Work scale(int k) {
    Work everyScale = linear(k).plus(attention(k)).plus(head(k)).plus(embedding(k));
    return k == 0 ? everyScale.plus(adaLn()) : everyScale;
  }

  /** One kind of work, at all scales. */
  Work atAll(IntFunction<Work> kind) {
    Work sum = Work.NONE;
    for (int k = 0; k < scales.count(); k++) {
      sum = sum.plus(kind.apply(k));
    }
    return sum;
  }

  /** The whole loop. */
  Work loop() {
    return atAll(this::scale);
  }
}
