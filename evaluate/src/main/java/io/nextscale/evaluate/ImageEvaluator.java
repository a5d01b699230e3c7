package io.nextscale.evaluate;

import io.nextscale.evaluate.error.EvaluationException;
import io.nextscale.evaluate.feature.FeatureFile;
import io.nextscale.evaluate.feature.FeaturePass;
import io.nextscale.evaluate.feature.ImageFeatures;
import io.nextscale.evaluate.feature.Statistics;
import io.nextscale.evaluate.image.ImageSet;
import io.nextscale.evaluate.image.RgbSamples;
import io.nextscale.evaluate.inception.Inception;
import io.nextscale.evaluate.inception.InceptionFeatures;
import io.nextscale.evaluate.metric.FeatureRows;
import io.nextscale.evaluate.metric.FrechetDistance;
import io.nextscale.evaluate.metric.InceptionScore;
import io.nextscale.evaluate.metric.KernelDistance;
import io.nextscale.evaluate.metric.PrecisionRecall;
import io.nextscale.torch.TensorScope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Measures generated images as the papers do, with the Inception network of 2015-12-05.
 *
 * <pre>{@code
 * try (ImageEvaluator evaluator = ImageEvaluator.load(Path.of("pt_inception-2015-12-05-6726825d.pth"))) {
 *   Evaluation figures =
 *       evaluator.evaluate(Path.of("samples"), Path.of("VIRTUAL_imagenet256_labeled.npz"));
 *   System.out.println("FID of " + figures.samples() + " samples: " + figures.fid());
 * }
 * }</pre>
 *
 * <p>One thread uses it at a time.
 */
public final class ImageEvaluator implements AutoCloseable {
  private static final int BLOCK = 256;

  private final Inception network;
  private final String weightsSum;
  private final EvaluationOptions options;

  /** Makes an evaluator of a network, which it closes. */
  ImageEvaluator(Inception network, String weightsSum, EvaluationOptions options) {
    this.network = network;
    this.weightsSum = weightsSum;
    this.options = options;
  }

  /**
   * Loads the network with {@link EvaluationOptions#DEFAULTS}.
   *
   * @param weights {@code pt_inception-2015-12-05-6726825d.pth}
   * @throws EvaluationException if the file is missing, damaged or another
   */
  public static ImageEvaluator load(Path weights) {
    return load(weights, EvaluationOptions.DEFAULTS);
  }

  /**
   * Loads the network.
   *
   * @param weights {@code pt_inception-2015-12-05-6726825d.pth}
   * @throws EvaluationException if the file is missing, damaged or another
   */
  public static ImageEvaluator load(Path weights, EvaluationOptions options) {
    Objects.requireNonNull(weights, "weights");
    Objects.requireNonNull(options, "options");
    return InceptionWeights.read(
        weights,
        options.anyWeights(),
        (source, sum) -> new ImageEvaluator(Inception.read(source, options.dtype()), sum, options));
  }

  /**
   * Computes the figures of samples against a reference.
   *
   * @param samples a folder of images, or an npz file of them
   * @param reference an npz file of statistics, of images, or of both as {@code
   *     VIRTUAL_imagenet256_labeled.npz}; or a folder of images. FID and sFID use statistics where
   *     they are, precision and recall the images.
   * @throws EvaluationException if a file cannot be read, there are too few images (two; four of
   *     each set for precision and recall), or the reference was made for another evaluator
   */
  public Evaluation evaluate(Path samples, Path reference) {
    Reference compared = Reference.open(reference, options.protocol());
    options.kernelSubsets().ifPresent(s -> checkKernel(samples, reference, compared, s));
    ImageSet own = requireEnough(ImageSet.of(samples), compared.isImages());
    if (!compared.isImages()) {
      try (EvaluatedSet set = features(own)) {
        return figures(set.features(), compared.required(), Optional.empty());
      }
    }
    if (isSame(samples, reference)) {
      try (EvaluatedSet set = features(own)) {
        return evaluate(set, compared, set);
      }
    }
    ImageSet others = requireEnough(ImageSet.of(reference), true); // before hours of the samples
    try (EvaluatedSet set = features(own);
        EvaluatedSet images = features(others)) {
      return evaluate(set, compared, images);
    }
  }

  /**
   * Returns the images if there are enough.
   *
   * @param compared whether they are compared with the images of another set
   */
  private ImageSet requireEnough(ImageSet images, boolean compared) {
    int size = images.size();
    if (size < 2) {
      throw new EvaluationException(images.path(), null, "1 image: a covariance needs at least 2");
    }
    boolean covers = compared && options.protocol() == EvaluationProtocol.OPENAI;
    if (covers && size < PrecisionRecall.LEAST) {
      throw new EvaluationException(
          images.path(),
          null,
          "%s images: precision and recall need at least %s in each set"
              .formatted(size, PrecisionRecall.LEAST));
    }
    return images;
  }

  private static boolean isSame(Path first, Path second) {
    try {
      return Files.isSameFile(first, second);
    } catch (IOException e) {
      throw new EvaluationException(second, null, "cannot be read: " + e.getMessage(), e);
    }
  }

  private Evaluation evaluate(EvaluatedSet samples, Reference compared, EvaluatedSet images) {
    Statistics statistics =
        compared.statistics().isPresent() ? compared.required() : statistics(images);
    return figures(samples.features(), statistics, Optional.of(images.pooled()));
  }

  /**
   * Computes the figures of samples whose features were computed before, by several machines
   * perhaps.
   *
   * @param reference as in {@link #evaluate(Path, Path)}
   * @throws EvaluationException if the reference cannot be read, or was made for another evaluator
   */
  public Evaluation evaluate(SampleFeatures samples, Path reference) {
    Reference compared = Reference.open(reference, options.protocol());
    if (!compared.isImages()) {
      return figures(samples, compared.required(), Optional.empty());
    }
    try (EvaluatedSet images = features(requireEnough(ImageSet.of(reference), true))) {
      Statistics statistics =
          compared.statistics().isPresent() ? compared.required() : statistics(images);
      return figures(samples, statistics, Optional.of(images.pooled()));
    }
  }

  /** Computes the figures of samples against a reference whose features were computed before. */
  public Evaluation evaluate(SampleFeatures samples, SampleFeatures reference) {
    return figures(samples, statistics(reference), Optional.of(reference.pooled()));
  }

  /**
   * Computes the features of some images at once.
   *
   * @param images at least one; more than {@link EvaluationOptions#batch} take more memory
   */
  public List<ImageFeatures> features(List<RgbSamples> images) {
    return ImageFeatures.of(network, options.protocol().scaling(), images);
  }

  /**
   * Computes the features of a set of images, or takes those of an earlier, interrupted evaluation
   * from the folder of the options.
   *
   * @throws EvaluationException if an image cannot be read, or there are fewer than two
   */
  public EvaluatedSet features(ImageSet images) {
    requireEnough(images, false);
    String identity =
        "%s %s %s %s"
            .formatted(options.protocol(), options.dtype(), weightsSum, images.fingerprint());
    Path path = featurePath(images);
    boolean temporary = options.features().isEmpty();
    FeatureFile file = null;
    boolean complete = false;
    try {
      file = FeatureFile.open(path, identity);
      FeaturePass pass = new FeaturePass(this::features, options.batch());
      pass.run(
          images,
          file,
          done -> options.listener().onImages(images.path(), done, images.size()),
          options.cancelled());
      complete = true;
      return new EvaluatedSet(file, temporary ? () -> delete(path) : () -> {});
    } finally {
      if (!complete) {
        if (file != null) {
          file.close();
        }
        if (temporary) {
          delete(path);
        }
      }
    }
  }

  private Path featurePath(ImageSet images) {
    try {
      if (options.features().isEmpty()) {
        return Files.createTempFile("nextscale-", ".features");
      }
      Path folder = Files.createDirectories(options.features().get());
      Path place = images.path().toRealPath();
      Path name = place.getFileName();
      return folder.resolve( // sets of one name in two places have two files
          "%s-%08x.%s.features"
              .formatted(
                  name == null ? "images" : name, place.toString().hashCode(), options.protocol()));
    } catch (IOException e) {
      throw new EvaluationException(
          options.features().orElse(Path.of("")),
          null,
          "no features can be written here: " + e.getMessage(),
          e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new EvaluationException(file, null, "cannot be deleted: " + e.getMessage(), e);
    }
  }

  /** Computes the logits (N, 1008) of a set in row-major order, without bias. */
  public float[] logits(EvaluatedSet set) {
    FeatureRows pooled = set.pooled();
    float[] logits = new float[Math.multiplyExact(pooled.rows(), InceptionFeatures.CLASSES)];
    for (int start = 0; start < pooled.rows(); start += BLOCK) {
      int count = Math.min(BLOCK, pooled.rows() - start);
      try (TensorScope scope = TensorScope.open()) {
        float[] block = network.logits(pooled.block(start, count)).toFloats();
        System.arraycopy(block, 0, logits, start * InceptionFeatures.CLASSES, block.length);
      }
    }
    return logits;
  }

  /** Computes the statistics of a set, which other evaluators read from an npz file. */
  public Statistics statistics(EvaluatedSet set) {
    return statistics(set.features());
  }

  private Statistics statistics(SampleFeatures set) {
    return new Statistics(
        set.pooledMoments().gaussian(),
        Optional.of(set.spatialMoments().gaussian()),
        Optional.of(
            Reference.origin(
                options.protocol(), set.pooled().rows(), options.dtype(), weightsSum)));
  }

  private Evaluation figures(
      SampleFeatures samples, Statistics reference, Optional<FeatureRows> images) {
    Statistics own = statistics(samples);
    boolean openAi = options.protocol() == EvaluationProtocol.OPENAI;
    OptionalDouble sfid =
        openAi && reference.spatial().isPresent()
            ? OptionalDouble.of(
                FrechetDistance.between(own.spatial().orElseThrow(), reference.spatial().get()))
            : OptionalDouble.empty();
    Optional<PrecisionRecall> coverage =
        openAi ? images.map(rows -> PrecisionRecall.of(rows, samples.pooled())) : Optional.empty();
    return new Evaluation(
        options.protocol(),
        samples.pooled().rows(),
        images.map(rows -> OptionalInt.of(rows.rows())).orElse(OptionalInt.empty()),
        FrechetDistance.between(own.pooled(), reference.pooled()),
        sfid,
        openAi ? score(samples, InceptionScore.SPLIT) : OptionalDouble.empty(),
        openAi ? score(samples, Integer.MAX_VALUE) : OptionalDouble.empty(),
        coverage.map(c -> OptionalDouble.of(c.precision())).orElse(OptionalDouble.empty()),
        coverage.map(c -> OptionalDouble.of(c.recall())).orElse(OptionalDouble.empty()),
        options
            .kernelSubsets()
            .map(subsets -> kernelDistance(samples.pooled(), images.orElseThrow(), subsets)));
  }

  private static void checkKernel(
      Path samples, Path reference, Reference compared, KernelSubsets subsets) {
    if (!compared.isImages()) {
      throw new EvaluationException(
          reference, null, "no images (arr_0): the kernel distance compares images");
    }
    for (Path set : List.of(samples, reference)) {
      int size = ImageSet.of(set).size();
      if (size < subsets.size()) {
        throw new EvaluationException(
            set,
            null,
            "%s images: the kernel distance needs at least %s".formatted(size, subsets.size()));
      }
    }
  }

  private static KernelDistance kernelDistance(
      FeatureRows samples, FeatureRows images, KernelSubsets subsets) {
    return KernelDistance.of(samples, images, subsets.count(), subsets.size(), subsets.seed());
  }

  private OptionalDouble score(SampleFeatures samples, int splitSize) {
    return OptionalDouble.of(inceptionScore(network, samples.pooled(), splitSize).value());
  }

  /** Computes the Inception Score over splits in the order of the set. */
  static InceptionScore inceptionScore(Inception network, FeatureRows pooled, int splitSize) {
    InceptionScore score = new InceptionScore(InceptionFeatures.CLASSES, splitSize);
    for (int start = 0; start < pooled.rows(); start += BLOCK) {
      int count = Math.min(BLOCK, pooled.rows() - start);
      try (TensorScope scope = TensorScope.open()) {
        float[] logits = network.logits(pooled.block(start, count)).toFloats();
        for (int i = 0; i < count; i++) {
          score.add(start + i, logits, i * InceptionFeatures.CLASSES);
        }
      }
    }
    return score;
  }

  /** Frees the network. */
  @Override
  public void close() {
    network.close();
  }
}
