package io.nextscale.evaluate.inception;

import io.nextscale.evaluate.inception.layer.InceptionLayers;
import io.nextscale.evaluate.inception.layer.MapSize;
import io.nextscale.evaluate.inception.layer.Part;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.Layers;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.checkpoint.WeightSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The Inception network of 2015-12-05. It may be used by several threads; {@link #close()} frees
 * its weights.
 */
public final class Inception implements AutoCloseable {
  /** Height and width of the input. */
  public static final int SIDE = 299;

  private static final String SPATIAL_STAGE = "Mixed_6d";
  private static final int SPATIAL_CHANNELS = 7;

  private final TensorScope scope;
  private final Map<String, Part> toSpatial = new LinkedHashMap<>();
  private final Map<String, Part> fromSpatial = new LinkedHashMap<>();
  private final Map<String, Long> multiplyAdds = new LinkedHashMap<>();
  private final Tensor classes;
  private final DType type;

  private Inception(TensorScope scope, Map<String, Part> stages, Tensor classes, DType type) {
    this.scope = scope;
    this.classes = classes;
    this.type = type;
    MapSize size = new MapSize(3, SIDE, SIDE);
    Map<String, Part> half = toSpatial;
    for (Map.Entry<String, Part> stage : stages.entrySet()) {
      String name = stage.getKey();
      Part plain = stage.getValue();
      multiplyAdds.put(name, plain.multiplyAdds(size));
      MapSize result = plain.size(size);
      half.put(name, InceptionForm.of(plain, size));
      size = result;
      half = name.equals(SPATIAL_STAGE) ? fromSpatial : half;
    }
  }

  /**
   * Reads the weights.
   *
   * @param source weights under the names of {@code pt_inception-2015-12-05}
   * @param type {@link DType#FLOAT32} or {@link DType#BFLOAT16}
   * @throws io.nextscale.var.checkpoint.CheckpointException if weights are missing, unexpected or
   *     of another shape
   */
  public static Inception read(WeightSource source, DType type) {
    TensorScope scope = TensorScope.create();
    boolean complete = false;
    try (TensorScope.Entry entry = scope.enter()) {
      WeightReader weights = new WeightReader(source, Device.CPU, DType.FLOAT64);
      Map<String, Part> stages = new InceptionLayers(weights, type).read();
      WeightReader linear = weights.at("fc");
      Tensor classes = // a copy: the source may be a file that is closed
          linear
              .read("weight", InceptionFeatures.CLASSES, InceptionFeatures.POOLED)
              .to(DType.FLOAT32);
      linear.ignore("bias");
      weights.done();
      Inception network = new Inception(scope, stages, classes, type);
      complete = true;
      return network;
    } finally {
      if (!complete) {
        scope.close();
      }
    }
  }

  /**
   * Computes the features of a batch; they join the innermost scope.
   *
   * @param images (B, 3, 299, 299) in float32, as {@link InputScaling} makes them
   */
  public InceptionFeatures features(Tensor images) {
    return features(images, (name, stage) -> {});
  }

  /**
   * Computes the features of a batch, and shows the result of each stage.
   *
   * @param observer is given the stage's name and its result (B, C, h, w), which it must not keep
   */
  public InceptionFeatures features(Tensor images, BiConsumer<String, Tensor> observer) {
    try (TensorScope inner = TensorScope.open()) {
      Tensor middle = run(toSpatial, channelsLast(images.to(type)), observer);
      // the branch of 1×1 convolutions comes first
      Tensor branch = middle.narrow(1, 0, SPATIAL_CHANNELS).permute(0, 2, 3, 1).contiguous();
      Tensor spatial = branch.reshape(images.size(0), InceptionFeatures.SPATIAL);
      Tensor last = run(fromSpatial, middle, observer).to(DType.FLOAT32);
      Tensor pooled =
          Layers.adaptiveAvgPool2d(last, 1, 1).reshape(images.size(0), InceptionFeatures.POOLED);
      return new InceptionFeatures(
          inner.keep(pooled), inner.keep(spatial.to(DType.FLOAT32)), inner.keep(logits(pooled)));
    }
  }

  /**
   * Counts the multiply-adds of each stage for one image, in the order of the stages: those of its
   * convolutions, also at the zeros of padding.
   */
  public Map<String, Long> multiplyAdds() {
    return Collections.unmodifiableMap(multiplyAdds);
  }

  /** Computes the logits (B, 1008) of pooled features (B, 2048), without bias. */
  public Tensor logits(Tensor pooled) {
    return Functional.matmul(pooled, classes.transpose(0, 1));
  }

  /** Runs stages; frees each result as soon as the next one is there. */
  private static Tensor run(
      Map<String, Part> stages, Tensor input, BiConsumer<String, Tensor> observer) {
    Tensor x = input;
    for (Map.Entry<String, Part> stage : stages.entrySet()) {
      Tensor previous = x;
      try (TensorScope step = TensorScope.open()) {
        x = step.keep(stage.getValue().apply(previous));
      }
      previous.close();
      observer.accept(stage.getKey(), x);
    }
    return x;
  }

  /** oneDNN computes in this layout. */
  private static Tensor channelsLast(Tensor images) {
    return images.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
  }

  @Override
  public void close() {
    scope.close();
  }
}
