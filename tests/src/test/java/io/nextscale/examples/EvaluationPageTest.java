package io.nextscale.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.evaluate.classify.ImageClassifier;
import io.nextscale.evaluate.image.RgbSamples;
import io.nextscale.models.DemoModel;
import io.nextscale.var.GeneratedImage;
import io.nextscale.var.ImageGenerator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The example of docs/EVALUATION.md that needs no official weights. */
class EvaluationPageTest {
  /** Finds image i of n to be of its class with the probability i / n. */
  private static final class Later implements ImageClassifier {
    @Override
    public String identity() {
      return "later";
    }

    @Override
    public List<String> classNames() {
      return List.of();
    }

    @Override
    public double[] probabilities(List<RgbSamples> images, int[] classes) {
      return IntStream.range(0, classes.length)
          .mapToDouble(i -> i / (double) classes.length)
          .toArray();
    }
  }

  @Test
  void theBestOfTheCandidatesAreKept() {
    try (ImageGenerator generator = ImageGenerator.load(DemoModel.source())) {
      List<GeneratedImage> best = EvaluationExample.best(generator, new Later());
      assertThat(best.stream().map(GeneratedImage::seed)).containsExactly(5L, 6L, 7L, 8L);
      assertThat(best.stream().map(image -> image.parameters().get("class_name")))
          .containsOnly("bird");
    }
  }
}
