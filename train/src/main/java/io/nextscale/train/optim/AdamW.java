package io.nextscale.train.optim;

import io.nextscale.torch.Autograd;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.InPlace;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.check.Check;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * AdamW with libtorch's fused kernel, after the gradients' norm is clipped. Parameters that decay
 * and those that do not are two groups.
 */
public final class AdamW implements AutoCloseable {
  private static final double BETA_1 = 0.9;
  private static final double BETA_2 = 0.95;
  private static final double EPSILON = 1e-8;

  private final TensorScope scope = TensorScope.create();
  private final double largestNorm;
  private final List<Group> groups;

  /** Parameters of one weight decay, with their moving averages. */
  private record Group(
      double weightDecay,
      List<String> names,
      List<Tensor> parameters,
      List<Tensor> means,
      List<Tensor> squares,
      List<Tensor> steps) {}

  /**
   * Prepares the first step.
   *
   * @param parameters all of a model's, after its first reading
   * @param weightDecay of the parameters that decay, at least 0
   * @param decays whether the parameter of a name decays
   * @param largestNorm to which the norm of all gradients is clipped, positive
   */
  public AdamW(
      Map<String, Tensor> parameters,
      double weightDecay,
      Predicate<String> decays,
      double largestNorm) {
    Check.atLeast("weight decay", weightDecay, 0);
    Check.that(largestNorm > 0, "largest norm", largestNorm, "above 0");
    if (parameters.isEmpty()) {
      throw new IllegalArgumentException("parameters: there are none; read the model first");
    }
    this.largestNorm = largestNorm;
    Group decaying = group(parameters, weightDecay, decays);
    Group rest = group(parameters, 0, decays.negate());
    groups = List.of(decaying, rest);
  }

  private Group group(Map<String, Tensor> parameters, double decay, Predicate<String> belongs) {
    Group group =
        new Group(
            decay,
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>(),
            new ArrayList<>());
    try (TensorScope.Entry entry = scope.enter()) {
      parameters.forEach(
          (name, parameter) -> {
            if (belongs.test(name)) {
              group.names.add(name);
              group.parameters.add(parameter);
              group.means.add(Tensor.zeros(DType.FLOAT32, Device.CPU, parameter.shape()));
              group.squares.add(Tensor.zeros(DType.FLOAT32, Device.CPU, parameter.shape()));
              group.steps.add(Tensor.zeros(DType.FLOAT32, Device.CPU));
            }
          });
    }
    return group;
  }

  /**
   * Takes a step along the gradients that the parameters hold, and zeroes them.
   *
   * @param rate learning rate
   * @param passes backward passes whose gradients were summed up; the mean is used
   * @return the norm of the mean gradient, before it was clipped
   * @throws IllegalStateException if the norm is not finite; no parameter was changed then
   */
  public double step(double rate, int passes) {
    try (TensorScope step = TensorScope.open();
        GradMode mode = GradMode.disabled()) {
      double norm = norm() / passes;
      if (!Double.isFinite(norm)) {
        throw new IllegalStateException(
            "the gradient's norm is %s: the training has diverged; try a lower rate"
                .formatted(norm));
      }
      double scale = passes * Math.max(1, norm / largestNorm);
      Tensor divisor = Tensor.full(scale, DType.FLOAT32, Device.CPU);
      groups.forEach(group -> step(group, rate, divisor));
      return norm;
    }
  }

  /**
   * The state: moving averages and step counts, named after their parameters. They are the
   * optimiser's own tensors; writing to them restores it.
   */
  public Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    for (Group group : groups) {
      for (int i = 0; i < group.names.size(); i++) {
        state.put(group.names.get(i) + "/mean", group.means.get(i));
        state.put(group.names.get(i) + "/square", group.squares.get(i));
        state.put(group.names.get(i) + "/steps", group.steps.get(i));
      }
    }
    return state;
  }

  private double norm() {
    double sum = 0;
    for (Group group : groups) {
      for (Tensor parameter : group.parameters) {
        var gradient = Autograd.gradient(parameter);
        if (gradient.isPresent()) {
          Tensor flat = gradient.get().reshape(-1);
          sum += Functional.dot(flat, flat).toFloats()[0];
        }
      }
    }
    return Math.sqrt(sum);
  }

  private static void step(Group group, double rate, Tensor divisor) {
    List<Tensor> parameters = new ArrayList<>();
    List<Tensor> gradients = new ArrayList<>();
    List<Tensor> means = new ArrayList<>();
    List<Tensor> squares = new ArrayList<>();
    List<Tensor> steps = new ArrayList<>();
    for (int i = 0; i < group.parameters.size(); i++) {
      var gradient = Autograd.gradient(group.parameters.get(i));
      if (gradient.isPresent()) {
        Tensor taken = group.steps.get(i);
        taken.copyFrom(taken.add(1));
        parameters.add(group.parameters.get(i));
        gradients.add(gradient.get());
        means.add(group.means.get(i));
        squares.add(group.squares.get(i));
        steps.add(taken);
      }
    }
    if (!parameters.isEmpty()) {
      InPlace.fusedAdamW(
          parameters,
          gradients,
          means,
          squares,
          steps,
          new InPlace.AdamWHyperparameters(rate, BETA_1, BETA_2, group.weightDecay, EPSILON),
          divisor);
      gradients.forEach(InPlace::zero);
    }
  }

  @Override
  public void close() {
    scope.close();
  }
}
