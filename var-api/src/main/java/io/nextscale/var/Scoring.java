package io.nextscale.var;

import io.nextscale.var.generate.TokenScore;
import io.nextscale.var.inference.InferenceModel;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import io.nextscale.var.transformer.Pass;
import java.util.List;

/**
 * Scores token maps image by image, each as a piece of computation of the call, so that memory does
 * not grow with the batch.
 */
final class Scoring {
  private Scoring() {}

  static Score score(
      Call call, InferenceModel model, TokenMaps tokens, List<String> labels, boolean withLogits) {
    Scales scales = model.spec().requireScales(tokens.scales());
    Pass.requireOnePass(scales);
    int images = tokens.batch();
    if (labels.size() != images) {
      throw new IllegalArgumentException(
          "%s classes for %s images: expected one for each".formatted(labels.size(), images));
    }
    int each = elements(scales, model.spec().tokenizer().vocabularySize());
    if (withLogits && (long) images * each > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "logits of %s images exceed the largest array: at most %s"
              .formatted(images, Integer.MAX_VALUE / each));
    }
    float[] all = new float[withLogits ? images * each : 0];
    TokenScore sum = TokenScore.none(scales);
    for (int b = 0; b < images; b++) {
      long[] classes = {model.spec().classId(labels.get(b))};
      TokenMaps image = tokens.slice(b, b + 1);
      int start = b * each;
      sum =
          sum.plus(
              call.compute(
                  () ->
                      model.score(
                          image,
                          classes,
                          logits -> {
                            if (withLogits) {
                              System.arraycopy(logits.toFloats(), 0, all, start, each);
                            }
                          },
                          call::check)));
    }
    return new Score(sum, all);
  }

  /** Elements of one image's logits, L·V, which must fit into an array. */
  private static int elements(Scales scales, int vocabulary) {
    long elements = (long) scales.tokens() * vocabulary;
    if (elements > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "scales of %s tokens with %s codes: their logits exceed the largest array"
              .formatted(scales.tokens(), vocabulary));
    }
    return (int) elements;
  }
}
