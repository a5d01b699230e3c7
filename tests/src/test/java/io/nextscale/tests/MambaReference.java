package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.Autograd;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Reduction;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.CheckpointWeights;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.mixer.Mamba2;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the layers of both versions of Mamba are compared in, of the reference data of each. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class MambaReference {
  private final String name;
  private final int parameters;
  private Fixture golden;
  private Checkpoint weights;

  /** A layer along a sequence. */
  interface Layer {
    Mamba2.Output forward(Tensor x, Mamba2.State before);

    /** The state before the first token. */
    Mamba2.State start(long rows);
  }

  /**
   * Compares with a fixture.
   *
   * @param parameters number of the layer's weights
   */
  MambaReference(String name, int parameters) {
    this.name = name;
    this.parameters = parameters;
  }

  abstract Layer layer(WeightReader reader);

  @BeforeAll
  void open() {
    golden = new Fixture(Fixture.shared().resolve("golden/" + name));
    weights = Checkpoint.open(golden.folder().resolve("weights.safetensors"));
  }

  @AfterAll
  void close() {
    golden.close();
    weights.close();
  }

  final Fixture golden() {
    return golden;
  }

  private static WeightReader reader(WeightSource source, String prefix) {
    return new WeightReader(source, Device.CPU, DType.FLOAT32).at(prefix);
  }

  /** The weights of a layer: sequences of all lengths have those of the first. */
  final WeightReader weights(String of) {
    return reader(new CheckpointWeights(weights), of.startsWith("l") ? "base" : of);
  }

  private Layer layer(String of) {
    return layer(weights(of));
  }

  final Tensor tensor(String tensor) {
    return golden.tensorOf(tensor);
  }

  private static Mamba2.Output inSteps(Layer layer, Tensor x, Mamba2.State before) {
    List<Tensor> outputs = new ArrayList<>();
    Mamba2.State state = before;
    for (long at = 0; at < x.size(1); at++) {
      Mamba2.Output output = layer.forward(x.narrow(1, at, 1), state);
      outputs.add(output.hidden());
      state = output.after();
    }
    return new Mamba2.Output(Functional.cat(outputs, 1), state);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"base", "strong", "tinydt", "hugedt", "slow", "long", "len1", "len2", "len3"})
  void computesAWholeSequenceAndSteps(String of) {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Layer layer = layer(of);
      Tensor x = tensor(of + ".input");
      Mamba2.Output whole = layer.forward(x, layer.start(x.size(0)));
      golden.assertClose(of + ".output", whole.hidden().toFloats());
      golden.assertClose(of + ".ssm_state", whole.after().state().toFloats());
      assertInputs(of + ".conv_state", whole.after());
      if (golden.has(of + ".step_output")) {
        Mamba2.Output stepped = inSteps(layer, x, layer.start(x.size(0)));
        golden.assertClose(of + ".step_output", stepped.hidden().toFloats());
        golden.assertClose(of + ".step_ssm_state", stepped.after().state().toFloats());
      }
    }
  }

  /** Compares the last three columns of the four that the official module keeps. */
  private void assertInputs(String tensor, Mamba2.State state) {
    Tensor kept = tensor(tensor).narrow(2, 1, 3).transpose(1, 2).contiguous();
    Fixture.assertClose(
        tensor, state.inputs().toFloats(), kept.toFloats(), golden.tolerance(tensor));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 8, 16, 20, 24, 32, 37})
  void leavesTheStateOfAnyNumberOfTokens(int count) {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Layer layer = layer("base");
      Tensor x = tensor("base.input");
      Mamba2.State after = layer.forward(x.narrow(1, 0, count), layer.start(x.size(0))).after();
      golden.assertClose("base.ssm_state.n" + count, after.state().toFloats());
      if (golden.has("base.conv_state.n" + count)) {
        assertInputs("base.conv_state.n" + count, after);
      }
    }
  }

  @Test
  void continuesAfterAWholePassByStepsOfOne() {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Layer layer = layer("base");
      Tensor x = tensor("base.input");
      Mamba2.State after = layer.forward(x.narrow(1, 0, 20), layer.start(x.size(0))).after();
      Mamba2.Output rest = inSteps(layer, x.narrow(1, 20, 17), after);
      golden.assertClose("base.after20.step_output", rest.hidden().toFloats());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "strong", "tinydt", "slow"})
  void hasTheOfficialGradients(String of) {
    try (GradMode training = GradMode.enabled();
        TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> leaves = new LinkedHashMap<>();
      WeightSource source = new GradientWeights(scope, new CheckpointWeights(weights), leaves);
      Layer layer = layer(reader(source, of));
      Tensor x = Autograd.parameter(tensor(of + ".input"));
      Tensor hidden = layer.forward(x, layer.start(x.size(0))).hidden();
      Tensor loss = Reduction.sum(hidden.mul(tensor(of + ".loss_weight")));
      golden.assertClose(of + ".loss", loss.toFloats());
      Autograd.backward(loss);
      golden.assertClose(of + ".grad.input", Autograd.gradient(x).orElseThrow().toFloats());
      leaves.forEach(
          (key, leaf) ->
              golden.assertClose(
                  key.replaceFirst("^" + of, of + ".grad"),
                  Autograd.gradient(leaf).orElseThrow().toFloats()));
      assertThat(leaves).hasSize(parameters);
    }
  }

  /** Runs last: a reference tensor that no test reads would be a gap. */
  @Test
  @Order(Integer.MAX_VALUE)
  void everyReferenceTensorWasUsed() {
    assertThat(golden.unused()).isEmpty();
  }
}
