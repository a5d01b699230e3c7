package io.nextscale.var;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.generate.TeacherForcing;
import io.nextscale.var.inference.InferenceModel;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import io.nextscale.var.transformer.AttentionContext;
import java.util.ArrayList;
import java.util.List;

/** Teacher-forced cross-entropy, image by image. */
final class Scoring {
  private Scoring() {}

  static Score score(
      InferenceModel model, TokenMaps tokens, List<String> labels, boolean withLogits) {
    Scales scales = model.spec().requireScales(tokens.scales());
    AttentionContext.requireOnePass(scales);
    if (labels.size() != tokens.batch()) {
      throw new IllegalArgumentException(
          labels.size() + " classes for " + tokens.batch() + " images: expected one for each");
    }
    int vocabulary = model.spec().tokenizer().vocabularySize();
    int each = each(scales, vocabulary);
    if (withLogits && (long) tokens.batch() * each > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "logits of "
              + tokens.batch()
              + " images exceed the largest array: at most "
              + Integer.MAX_VALUE / each);
    }
    float[] all = new float[withLogits ? tokens.batch() * each : 0];
    double[] entropy = new double[scales.tokens()];
    double[] correct = new double[scales.tokens()];
    TeacherForcing forcing = new TeacherForcing(model.transformer(), model.tokenizer());
    Cancellation interruption = new Cancellation();
    for (int b = 0; b < tokens.batch(); b++) {
      long[] classes = {model.spec().classId(labels.get(b))};
      TokenMaps one = tokens.slice(b, b + 1);
      try (TensorScope scope = TensorScope.open()) {
        Tensor logits = forcing.logits(one, classes, interruption::check);
        float[] values = logits.toFloats();
        if (withLogits) {
          System.arraycopy(values, 0, all, b * each, each);
        }
        long[] truth = one.tokens()[0];
        for (int i = 0; i < truth.length; i++) {
          entropy[i] += crossEntropy(values, i * vocabulary, vocabulary, (int) truth[i]);
          correct[i] += argmax(values, i * vocabulary, vocabulary) == truth[i] ? 1 : 0;
        }
      }
    }
    return new Score(
        perScale(entropy, scales, tokens.batch()),
        perScale(correct, scales, tokens.batch()),
        mean(entropy, 0, entropy.length, tokens.batch()),
        mean(correct, 0, correct.length, tokens.batch()),
        all);
  }

  /** Numbers of one image's logits; they are copied to one array. */
  private static int each(Scales scales, int vocabulary) {
    long each = (long) scales.tokens() * vocabulary;
    if (each > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "scales of "
              + scales.tokens()
              + " tokens with "
              + vocabulary
              + " codes: their logits exceed the largest array");
    }
    return (int) each;
  }

  private static double crossEntropy(float[] logits, int start, int length, int truth) {
    double largest = logits[start + argmax(logits, start, length)];
    double sum = 0;
    for (int i = start; i < start + length; i++) {
      sum += Math.exp(logits[i] - largest);
    }
    return largest + Math.log(sum) - logits[start + truth];
  }

  private static int argmax(float[] values, int start, int length) {
    int best = 0;
    for (int i = 1; i < length; i++) {
      if (values[start + i] > values[start + best]) {
        best = i;
      }
    }
    return best;
  }

  private static List<Double> perScale(double[] sums, Scales scales, int images) {
    List<Double> means = new ArrayList<>();
    for (int k = 0; k < scales.count(); k++) {
      means.add(mean(sums, scales.start(k), scales.start(k + 1), images));
    }
    return means;
  }

  private static double mean(double[] sums, int from, int to, int images) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += sums[i];
    }
    return sum / ((to - from) * (double) images);
  }
}
