package io.nextscale.evaluate.classify;

import io.nextscale.evaluate.error.EvaluationException;
import io.nextscale.evaluate.image.RgbSamples;
import io.nextscale.var.model.ModelSpec;
import java.util.List;

/**
 * A classifier of images, such as one of ImageNet. An application may bring its own; {@link
 * io.nextscale.evaluate.InceptionClassifier} is one.
 */
public interface ImageClassifier {
  /**
   * A line that tells network, weights and preparation of images, for manifests: classifiers with
   * one identity give the same probabilities.
   */
  String identity();

  /** Names of the classes, from class 0 on. A model fits if it has the same in the same order. */
  List<String> classNames();

  /**
   * Computes how probable the class of each image is. The result for an image does not depend on
   * the others, except for rounding.
   *
   * @param images as they lie in their files, at least one
   * @param classes one for each image, from 0
   * @return one for each image, 0 to 1
   */
  double[] probabilities(List<RgbSamples> images, int[] classes);

  /**
   * Checks that a model has the classes of this classifier.
   *
   * @throws EvaluationException naming the first difference
   */
  default void requireClasses(ModelSpec spec) {
    List<String> own = classNames();
    List<String> names = spec.classNames();
    if (names.isEmpty()) {
      throw new EvaluationException(
          "%s: its classes have no names; expected the %s of the classifier, \"%s\" to \"%s\""
              .formatted(spec.name(), own.size(), own.getFirst(), own.getLast()));
    }
    for (int i = 0; i < Math.max(own.size(), names.size()); i++) {
      String given = i < names.size() ? "\"" + names.get(i) + "\"" : "not there";
      String wanted = i < own.size() ? "\"" + own.get(i) + "\"" : "none";
      if (!given.equals(wanted)) {
        throw new EvaluationException(
            "%s has %s classes, and class %s is %s; expected the %s classes of the classifier, whose class %s is %s"
                .formatted(spec.name(), names.size(), i, given, own.size(), i, wanted));
      }
    }
  }
}
