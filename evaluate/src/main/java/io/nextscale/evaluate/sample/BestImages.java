package io.nextscale.evaluate.sample;

import io.nextscale.evaluate.classify.ImageClassifier;
import io.nextscale.evaluate.error.EvaluationException;
import io.nextscale.evaluate.image.RgbSamples;
import io.nextscale.var.GeneratedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * The images of some candidates whose classes a classifier finds most probable: rejection sampling
 * (Razavi et al. 2019), as in VAR's table ("-re").
 *
 * <pre>{@code
 * List<GeneratedImage> candidates =
 *     generator.generate(GenerationRequest.of("macaw").count(20).build()).images();
 * List<GeneratedImage> best = BestImages.of(candidates, 10, classifier).images();
 * }</pre>
 *
 * @param images that were kept, in the order of the candidates
 * @param meanOfAll mean probability of the candidates' classes, 0 to 1
 * @param meanOfKept mean probability of the kept images' classes
 */
public record BestImages(List<GeneratedImage> images, double meanOfAll, double meanOfKept) {
  /** Copies the list. */
  public BestImages {
    Objects.requireNonNull(images, "images");
    images = List.copyOf(images);
  }

  /**
   * Chooses the images. Of equal probabilities the earlier candidate wins.
   *
   * @param candidates images of a model that has the classifier's classes, see {@link
   *     ImageClassifier#requireClasses}
   * @param kept number of images to keep, 1 to the number of candidates
   * @throws EvaluationException if the classifier gives no probability for an image
   */
  public static BestImages of(
      List<GeneratedImage> candidates, int kept, ImageClassifier classifier) {
    if (kept < 1 || kept > candidates.size()) {
      throw new IllegalArgumentException(
          "%s images to keep: expected 1 to %s, the number of candidates"
              .formatted(kept, candidates.size()));
    }
    double[] probabilities = probabilities(candidates, classifier);
    List<Integer> order =
        IntStream.range(0, candidates.size())
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -probabilities[i]))
            .toList();
    List<Integer> chosen = order.subList(0, kept).stream().sorted().toList();
    List<GeneratedImage> images = new ArrayList<>();
    double sum = 0;
    for (int i : chosen) {
      images.add(candidates.get(i));
      sum += probabilities[i];
    }
    return new BestImages(images, Arrays.stream(probabilities).average().orElseThrow(), sum / kept);
  }

  private static double[] probabilities(
      List<GeneratedImage> candidates, ImageClassifier classifier) {
    List<RgbSamples> samples =
        candidates.stream().map(image -> RgbSamples.of(image.toBufferedImage())).toList();
    int[] classes = candidates.stream().mapToInt(GeneratedImage::classId).toArray();
    double[] probabilities = classifier.probabilities(samples, classes);
    for (int i = 0; i < classes.length; i++) {
      if (!(probabilities[i] >= 0 && probabilities[i] <= 1)) {
        throw new EvaluationException(
            "%s: probability %s of class %s for candidate %s: expected 0 to 1"
                .formatted(classifier.identity(), probabilities[i], classes[i], i));
      }
    }
    return probabilities;
  }
}
