package io.nextscale.var.nn;

import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Stages that run one after the other.
 *
 * <p>Feature maps are the largest tensors of a convolutional network, so each is freed when the
 * next is there. Where gradients are recorded, autograd holds its own references to the maps that
 * it needs.
 *
 * @param stages at least one, in the order of execution
 */
public record Stages(List<Stage> stages) implements Stage {
  /** Copies the list; throws {@link IllegalArgumentException} if it is empty. */
  public Stages {
    stages = List.copyOf(stages);
    if (stages.isEmpty()) {
      throw new IllegalArgumentException("stages []: expected at least one");
    }
  }

  /** Returns stages that run in the given order. */
  public static Stages of(Stage... stages) {
    return new Stages(List.of(stages));
  }

  /** Runs all stages; holds only the input and the output of the current one. */
  @Override
  public Tensor forward(Tensor x) {
    try (TensorScope scope = TensorScope.open()) {
      Latest map = new Latest(x);
      for (Stage stage : stages) {
        map.set(run(stage, map.get()));
      }
      return scope.keep(map.get());
    }
  }

  private static Tensor run(Stage stage, Tensor x) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(stage.forward(x));
    }
  }

  @Override
  public Stages map(UnaryOperator<Stage> replacement) {
    return new Stages(
        stages.stream().map(stage -> replacement.apply(stage.map(replacement))).toList());
  }
}
