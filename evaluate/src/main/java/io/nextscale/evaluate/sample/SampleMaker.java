package io.nextscale.evaluate.sample;

import io.nextscale.evaluate.classify.ImageClassifier;
import io.nextscale.evaluate.error.EvaluationException;
import io.nextscale.var.GeneratedImage;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.image.PngFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Makes the images of sets: generates candidates, lets a classifier choose among them if the set
 * says so, and writes the PNG files. A run that was stopped or killed goes on when it is started
 * again.
 *
 * <pre>{@code
 * SampleSet set = new SampleSet(folder, 50_000, 1000, 0, 8, new KeepBest(25, 50));
 * try (SampleFolder part = SampleFolder.open(set, Map.of("model", "var-d30, cfg 1.5"), 0, 1)) {
 *   new SampleMaker(generator, request -> request.cfg(1.5), Optional.of(classifier))
 *       .make(part, (done, total) -> {}, () -> false);
 * }
 * }</pre>
 */
public final class SampleMaker {
  private final ImageGenerator generator;
  private final Consumer<GenerationRequest.Builder> settings;
  private final Optional<ImageClassifier> classifier;

  /**
   * Makes a maker.
   *
   * @param settings sets guidance, sampling and scales of each request
   * @param classifier chooses among candidates; needed for sets that keep the best
   * @throws EvaluationException if the model has other classes than the classifier
   */
  public SampleMaker(
      ImageGenerator generator,
      Consumer<GenerationRequest.Builder> settings,
      Optional<ImageClassifier> classifier) {
    classifier.ifPresent(given -> given.requireClasses(generator.spec()));
    this.generator = generator;
    this.settings = settings;
    this.classifier = classifier;
  }

  /**
   * Makes the images of a part that are not there yet.
   *
   * @param stopped asked before each batch; true ends the work, and files of whole groups stay
   * @return whether all images of the part are there
   * @throws IllegalArgumentException if the set keeps the best, and there is no classifier
   * @throws io.nextscale.var.image.ImageException if a file cannot be written
   */
  public boolean make(SampleFolder part, SampleListener listener, BooleanSupplier stopped) {
    SampleSet set = part.set();
    if (set.keep().chooses() && classifier.isEmpty()) {
      throw new IllegalArgumentException(
          "%s images are kept: a classifier is needed".formatted(set.keep()));
    }
    List<SampleSet.Block> missing = part.missing();
    int total = part.size();
    int done = total - missing.stream().mapToInt(SampleSet.Block::size).sum();
    for (SampleSet.Block block : missing) {
      List<GeneratedImage> candidates = candidates(set, block, stopped);
      if (candidates.isEmpty()) {
        return false;
      }
      int first = 0;
      for (SampleGroup group : block.groups()) {
        int end = first + group.candidates().size();
        write(set, group, chosen(group, candidates.subList(first, end), listener));
        first = end;
      }
      done += block.size();
      listener.onImages(done, total);
    }
    return true;
  }

  /** Generates the candidates of a block, in batches; none if it was stopped. */
  private List<GeneratedImage> candidates(
      SampleSet set, SampleSet.Block block, BooleanSupplier stopped) {
    long[] numbers =
        block.groups().stream()
            .flatMap(group -> group.candidates().stream())
            .mapToLong(Long::longValue)
            .toArray();
    List<GeneratedImage> images = new ArrayList<>();
    for (int start = 0; start < numbers.length; start += set.batch()) {
      if (stopped.getAsBoolean()) {
        return List.of();
      }
      int size = Math.min(set.batch(), numbers.length - start);
      int[] classes = new int[size];
      long[] seeds = new long[size];
      for (int i = 0; i < size; i++) {
        classes[i] = (int) (numbers[start + i] % set.classes());
        seeds[i] = set.seed() + numbers[start + i];
      }
      GenerationRequest.Builder request = GenerationRequest.of(classes);
      settings.accept(request);
      images.addAll(generator.generate(request.seeds(seeds).build()).images());
    }
    return images;
  }

  private List<GeneratedImage> chosen(
      SampleGroup group, List<GeneratedImage> candidates, SampleListener listener) {
    if (classifier.isEmpty() || candidates.size() == group.images().size()) {
      return candidates;
    }
    BestImages best = BestImages.of(candidates, group.images().size(), classifier.get());
    listener.onChoice(group, best);
    return best.images();
  }

  private static void write(SampleSet set, SampleGroup group, List<GeneratedImage> images) {
    for (int i = 0; i < images.size(); i++) {
      Path file = set.file(group.images().get(i));
      try {
        Files.createDirectories(file.toAbsolutePath().getParent());
      } catch (IOException e) {
        throw new EvaluationException(file, null, "cannot be written: " + e.getMessage(), e);
      }
      GeneratedImage image = images.get(i);
      PngFile.write(file, image.toBufferedImage(), SampleSet.metadata(image.parameters()));
    }
  }
}
