package io.nextscale.examples;

import io.nextscale.evaluate.Evaluation;
import io.nextscale.evaluate.ImageEvaluator;
import io.nextscale.evaluate.classify.ImageClassifier;
import io.nextscale.evaluate.sample.BestImages;
import io.nextscale.var.GeneratedImage;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import java.nio.file.Path;
import java.util.List;

/** The examples of docs/EVALUATION.md. */
final class EvaluationExample {
  private EvaluationExample() {}

  static List<GeneratedImage> best(ImageGenerator generator, ImageClassifier classifier) {
    GenerationRequest request = GenerationRequest.of("bird").seed(1).count(8).build();
    List<GeneratedImage> candidates = generator.generate(request).images();
    List<GeneratedImage> best = BestImages.of(candidates, 4, classifier).images();
    return best;
  }

  /** Needs the official weights, which are not here. */
  static void figures(Path inception, Path samples, Path reference) {
    try (ImageEvaluator evaluator = ImageEvaluator.load(inception)) {
      Evaluation figures = evaluator.evaluate(samples, reference);
      System.out.println("FID of " + figures.samples() + " samples: " + figures.fid());
    }
  }
}
