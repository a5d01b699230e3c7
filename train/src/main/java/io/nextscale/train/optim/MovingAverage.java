package io.nextscale.train.optim;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.InPlace;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.check.Check;
import io.nextscale.var.checkpoint.WeightSource;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** The exponential moving average of parameters over steps; a model can be read from it. */
public final class MovingAverage implements WeightSource, AutoCloseable {
  private final TensorScope scope = TensorScope.create();
  private final Map<String, Tensor> parameters;
  private final Map<String, Tensor> averages = new LinkedHashMap<>();
  private final double decay;

  /**
   * Begins with the parameters as they are.
   *
   * @param decay share of the average that a step keeps, 0 to below 1. At the beginning it is less:
   *     {@code (1 + steps) / (10 + steps)}, so that the initial weights are soon forgotten
   */
  public MovingAverage(Map<String, Tensor> parameters, double decay) {
    Check.that(decay >= 0 && decay < 1, "decay", decay, "0 to below 1");
    this.parameters = Map.copyOf(parameters);
    this.decay = decay;
    try (TensorScope.Entry entry = scope.enter();
        GradMode mode = GradMode.disabled()) {
      parameters.forEach(
          (name, parameter) ->
              averages.put(
                  name,
                  Tensor.empty(DType.FLOAT32, Device.CPU, parameter.shape()).copyFrom(parameter)));
    }
  }

  /**
   * Takes in the parameters after a step.
   *
   * @param step its number, from 0
   */
  public void add(long step) {
    double kept = Math.min(decay, (1.0 + step) / (10.0 + step));
    try (TensorScope own = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      averages.forEach(
          (name, average) ->
              InPlace.lerp(average, Objects.requireNonNull(parameters.get(name)), 1 - kept));
    }
  }

  /** The averages by the names of their parameters. */
  public Map<String, Tensor> all() {
    return averages;
  }

  @Override
  public Path origin() {
    return Path.of("moving average of weights");
  }

  @Override
  public Set<String> keys() {
    return averages.keySet();
  }

  @Override
  public Optional<Tensor> get(String key, long... shape) {
    return Optional.ofNullable(averages.get(key)).map(Tensor::share);
  }

  @Override
  public void close() {
    scope.close();
  }
}
