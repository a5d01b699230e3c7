package io.nextscale.evaluate;

import io.nextscale.evaluate.classify.ImageClassifier;
import io.nextscale.evaluate.classify.LabelMap;
import io.nextscale.evaluate.error.EvaluationException;
import io.nextscale.evaluate.feature.ImageFeatures;
import io.nextscale.evaluate.image.RgbSamples;
import io.nextscale.evaluate.inception.Inception;
import io.nextscale.evaluate.inception.InceptionFeatures;
import io.nextscale.torch.DType;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.model.ImageNetClasses;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The Inception network of 2015-12-05 as a classifier of ImageNet: the softmax of its 1,008 logits,
 * with their bias. The evaluators use the logits without bias, for the Inception Score alone.
 *
 * <p>Images that this network chose score high in an Inception Score of the same network; figures
 * of other classifiers' choices do not compare with theirs.
 *
 * <p>One thread uses it at a time.
 */
public final class InceptionClassifier implements ImageClassifier, AutoCloseable {
  private final Inception network;
  private final float[] bias;
  private final LabelMap labels;
  private final String weightsSum;
  private final EvaluationOptions options;

  private InceptionClassifier(
      Inception network,
      float[] bias,
      LabelMap labels,
      String weightsSum,
      EvaluationOptions options) {
    this.network = network;
    this.bias = bias;
    this.labels = labels;
    this.weightsSum = weightsSum;
    this.options = options;
  }

  /**
   * Loads the network with {@link EvaluationOptions#DEFAULTS}.
   *
   * @param weights {@code pt_inception-2015-12-05-6726825d.pth}
   * @param labelMap the order of its outputs, {@code imagenet_2012_challenge_label_map_proto.pbtxt}
   * @throws EvaluationException if a file is missing, damaged or another
   */
  public static InceptionClassifier load(Path weights, Path labelMap) {
    return load(weights, labelMap, EvaluationOptions.DEFAULTS);
  }

  /**
   * Loads the network.
   *
   * @param weights as in {@link #load(Path, Path)}
   * @param labelMap as in {@link #load(Path, Path)}
   * @param options protocol, element type, batch and whether other weights are allowed; the others
   *     have no effect
   * @throws EvaluationException if a file is missing, damaged or another
   */
  public static InceptionClassifier load(Path weights, Path labelMap, EvaluationOptions options) {
    Objects.requireNonNull(weights, "weights");
    Objects.requireNonNull(labelMap, "labelMap");
    Objects.requireNonNull(options, "options");
    LabelMap labels = LabelMap.read(labelMap, InceptionFeatures.CLASSES);
    return InceptionWeights.read(
        weights, options.anyWeights(), (source, sum) -> of(source, sum, labels, options));
  }

  /** Reads the network from any source. */
  static InceptionClassifier of(
      WeightSource source, String weightsSum, LabelMap labels, EvaluationOptions options) {
    float[] bias = bias(source);
    Inception network = Inception.read(source, options.dtype());
    return new InceptionClassifier(network, bias, labels, weightsSum, options);
  }

  private static float[] bias(WeightSource source) {
    long[] shape = {InceptionFeatures.CLASSES};
    try (TensorScope scope = TensorScope.open()) {
      return source
          .get("fc.bias", shape)
          .filter(found -> Arrays.equals(found.shape(), shape))
          .orElseThrow(
              () ->
                  new EvaluationException(
                      source.origin(), "fc.bias", "expected %s numbers".formatted(shape[0])))
          .to(DType.FLOAT32)
          .toFloats();
    }
  }

  @Override
  public String identity() {
    return "inception %s, protocol %s, %s, label map %s"
        .formatted(
            weightsSum.substring(0, InceptionWeights.SUM.length()),
            options.protocol(),
            options.dtype(),
            labels.fingerprint());
  }

  @Override
  public List<String> classNames() {
    return ImageNetClasses.names();
  }

  @Override
  public double[] probabilities(List<RgbSamples> images, int[] classes) {
    if (classes.length != images.size()) {
      throw new IllegalArgumentException(
          "%s classes for %s images: expected one for each"
              .formatted(classes.length, images.size()));
    }
    double[] result = new double[classes.length];
    for (int start = 0; start < result.length; start += options.batch()) {
      int count = Math.min(options.batch(), result.length - start);
      float[] logits = logits(images.subList(start, start + count));
      for (int i = 0; i < count; i++) {
        int output = labels.output(classes[start + i]);
        result[start + i] = probability(logits, i * InceptionFeatures.CLASSES, output);
      }
    }
    return result;
  }

  /** Computes the logits (B, 1008) without bias. */
  private float[] logits(List<RgbSamples> images) {
    List<ImageFeatures> features = ImageFeatures.of(network, options.protocol().scaling(), images);
    float[] pooled = new float[images.size() * InceptionFeatures.POOLED];
    for (int i = 0; i < images.size(); i++) {
      float[] each = features.get(i).pooled();
      System.arraycopy(each, 0, pooled, i * each.length, each.length);
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor rows = Tensor.of(pooled, images.size(), InceptionFeatures.POOLED);
      return network.logits(rows).toFloats();
    }
  }

  /** The softmax of one row's logits plus bias, at one output. */
  private double probability(float[] logits, int row, int output) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < bias.length; k++) {
      largest = Math.max(largest, logit(logits, row, k));
    }
    double sum = 0;
    for (int k = 0; k < bias.length; k++) {
      sum += Math.exp(logit(logits, row, k) - largest);
    }
    return Math.exp(logit(logits, row, output) - largest) / sum;
  }

  private double logit(float[] logits, int row, int output) {
    return (double) logits[row + output] + bias[output];
  }

  /** Frees the network. */
  @Override
  public void close() {
    network.close();
  }
}
