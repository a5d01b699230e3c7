package io.nextscale.train.optim;

import io.nextscale.torch.DType;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.SafetensorsWriter;
import io.nextscale.var.checkpoint.StoredTensor;
import io.nextscale.var.checkpoint.WeightSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The parameters of a model in training, their optimiser and, if wanted, their moving average. */
public final class TrainedModel implements AutoCloseable {
  private final Parameters parameters;
  private final AdamW optimiser;
  private final @Nullable MovingAverage average;

  /**
   * Choices of the optimiser and the average.
   *
   * @param weightDecay of the parameters that decay, at least 0
   * @param decays whether the parameter of a name decays
   * @param largestNorm to which the norm of all gradients is clipped, positive
   * @param movingAverage decay of the moving average, 0 to below 1; at 0 it equals the parameters,
   *     and none is kept
   */
  public record Settings(
      double weightDecay, Predicate<String> decays, double largestNorm, double movingAverage) {
    /** Checks that no component is null. */
    public Settings {
      Objects.requireNonNull(decays, "decays");
    }
  }

  /**
   * Creates the parameters by reading the model once.
   *
   * @param initial their values before the first step
   * @param read reads the model from a source, with gradients disabled
   */
  public TrainedModel(WeightSource initial, Consumer<WeightSource> read, Settings settings) {
    parameters = new Parameters(initial);
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      read.accept(parameters);
    }
    optimiser =
        new AdamW(
            parameters.all(), settings.weightDecay(), settings.decays(), settings.largestNorm());
    average =
        settings.movingAverage() > 0
            ? new MovingAverage(parameters.all(), settings.movingAverage())
            : null;
  }

  /** The parameters, which collect gradients. */
  public Parameters parameters() {
    return parameters;
  }

  /** The weights to use outside the training: the average, or the parameters. */
  public WeightSource weights() {
    return average == null ? parameters : average;
  }

  /**
   * Takes a step along the gradients, and zeroes them.
   *
   * @param rate learning rate
   * @param passes backward passes whose gradients were summed up
   * @return the norm of the mean gradient, before it was clipped
   * @throws IllegalStateException if the norm is not finite; no parameter was changed then
   */
  public double step(double rate, int passes) {
    return optimiser.step(rate, passes);
  }

  /**
   * Takes the parameters into the average, after all that a step changes.
   *
   * @param step its number, from 0
   */
  public void average(long step) {
    if (average != null) {
      average.add(step);
    }
  }

  /** Every tensor that later steps depend on, by a name of its own; loading writes to them. */
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>(parameters.all());
    state.putAll(optimiser.state());
    if (average != null) {
      average.all().forEach((name, tensor) -> state.put(name + "/average", tensor));
    }
    return state;
  }

  /**
   * Writes {@link #weights} in float16, half the size of the parameters.
   *
   * @param file safetensors, written whole or not at all
   * @throws io.nextscale.var.checkpoint.CheckpointException if it cannot be written
   */
  public void export(Path file) {
    try (TensorScope scope = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      List<StoredTensor> stored = new ArrayList<>();
      (average == null ? parameters.all() : average.all())
          .forEach(
              (name, weight) -> {
                Tensor half = weight.to(DType.FLOAT16);
                stored.add(
                    StoredTensor.contiguous(name, half.dtype(), half.shape(), half.segment()));
              });
      SafetensorsWriter.write(file, stored, Map.of());
    }
  }

  @Override
  public void close() {
    if (average != null) {
      average.close();
    }
    optimiser.close();
    parameters.close();
  }
}
