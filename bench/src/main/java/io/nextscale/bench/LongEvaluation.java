package io.nextscale.bench;

import io.nextscale.evaluate.feature.FeatureFile;
import io.nextscale.evaluate.feature.FeaturePass;
import io.nextscale.evaluate.feature.ImageFeatures;
import io.nextscale.evaluate.image.ImageSet;
import io.nextscale.evaluate.image.RgbSamples;
import io.nextscale.evaluate.inception.InceptionFeatures;
import io.nextscale.evaluate.inception.InputScaling;
import io.nextscale.evaluate.metric.FeatureRows;
import io.nextscale.evaluate.metric.FrechetDistance;
import io.nextscale.evaluate.metric.Gaussian;
import io.nextscale.evaluate.metric.InceptionScore;
import io.nextscale.evaluate.metric.Moments;
import io.nextscale.evaluate.metric.PrecisionRecall;
import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Follows the resident memory of an evaluation of many images: PNG files of 256 pixels are decoded
 * and resized, their features kept in a file, and the figures computed against the first 10,000 of
 * them. Means of patches of the resized image stand in for the features of the network, which would
 * take hours; its own memory is in the report of {@link EvaluationSpeed}.
 *
 * <p>The Java heap should be fixed and touched at the start, so that it does not count as growth.
 */
public final class LongEvaluation {
  private static final int DEFAULT_IMAGES = 50_000;
  private static final int REFERENCE = 10_000;
  private static final int ROWS = 20;
  private static final int BATCH = 8;
  private static final int PATCHES = 27; // of a side: more means than features, in three channels

  private final long start = System.nanoTime();
  private final int images;

  private LongEvaluation(int images) {
    this.images = images;
  }

  /**
   * Prints a row of figures after each twentieth of the images, and after each figure.
   *
   * @param arguments number of images, if not 50,000
   */
  public static void main(String[] arguments) throws IOException {
    int images = arguments.length == 0 ? DEFAULT_IMAGES : Integer.parseInt(arguments[0]);
    Path folder = Files.createTempDirectory("nextscale-bench-");
    try {
      new LongEvaluation(images).run(folder);
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private void run(Path folder) throws IOException {
    Path samples = Files.createDirectory(folder.resolve("samples"));
    link(samples);
    System.out.printf("%-20s %8s %8s %14s %8s%n", "", "seconds", "MB", "without files", "tensors");
    ImageSet set = ImageSet.of(samples);
    print("files listed");
    try (FeatureFile features = FeatureFile.open(folder.resolve("features"), set.fingerprint())) {
      int part = Math.max(1, images / ROWS);
      int[] printed = {0};
      new FeaturePass(LongEvaluation::means, BATCH)
          .run(
              set,
              features,
              done -> {
                if (done / part > printed[0]) {
                  printed[0] = done / part;
                  print(done + " images");
                }
              },
              () -> false);
      figures(features);
    }
    print("closed");
  }

  /** Makes a folder of as many files, each of them many times. */
  private void link(Path folder) throws IOException {
    List<byte[]> different = PngImages.generate(images).files();
    for (int i = 0; i < images; i++) {
      Path file = folder.resolve("%06d.png".formatted(i));
      if (i < different.size()) {
        Files.write(file, different.get(i));
      } else {
        Files.createLink(file, folder.resolve("%06d.png".formatted(i % different.size())));
      }
    }
  }

  private static List<ImageFeatures> means(List<RgbSamples> images) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor input = InputScaling.TENSORFLOW.tensor(images);
      Tensor means = Layers.adaptiveAvgPool2d(input, PATCHES, PATCHES).contiguous();
      List<ImageFeatures> features = new ArrayList<>();
      for (int i = 0; i < images.size(); i++) {
        float[] all = means.select(0, i).toFloats();
        features.add(
            new ImageFeatures(
                Arrays.copyOf(all, InceptionFeatures.POOLED),
                Arrays.copyOf(all, InceptionFeatures.SPATIAL)));
      }
      return features;
    }
  }

  private void figures(FeatureFile file) {
    FeatureRows samples = file.pooled();
    FeatureRows reference = first(samples);
    distance(samples, reference);
    print("FID");
    distance(file.spatial(), first(file.spatial()));
    print("sFID");
    score(samples);
    print("Inception Score");
    PrecisionRecall.of(reference, samples);
    print("precision, recall");
  }

  private static FeatureRows first(FeatureRows rows) {
    int count = Math.min(REFERENCE, rows.rows());
    return new FeatureRows(rows.memory(), count, rows.dimensions(), rows.stride());
  }

  private static void distance(FeatureRows first, FeatureRows second) {
    FrechetDistance.between(gaussian(first), gaussian(second));
  }

  private static Gaussian gaussian(FeatureRows rows) {
    Moments moments = new Moments(rows.dimensions());
    for (int i = 0; i < rows.rows(); i++) {
      moments.add(rows.row(i), 0);
    }
    return moments.gaussian();
  }

  private static void score(FeatureRows rows) {
    InceptionScore score = new InceptionScore(InceptionFeatures.CLASSES, InceptionScore.SPLIT);
    for (int i = 0; i < rows.rows(); i++) {
      score.add(i, rows.row(i), 0); // the first features stand in for logits
    }
    score.value();
  }

  private void print(String after) {
    System.gc();
    try {
      System.out.printf(
          "%-20s %8.1f %8.1f %14.1f %8d%n",
          after,
          (System.nanoTime() - start) / 1e9,
          ResidentMemory.now() / 1e6,
          ResidentMemory.withoutFiles() / 1e6,
          Torch.liveTensors());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
