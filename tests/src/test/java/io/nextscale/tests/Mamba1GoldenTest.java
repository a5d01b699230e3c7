package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.Autograd;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Indexing;
import io.nextscale.torch.Reduction;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.CheckpointWeights;
import io.nextscale.var.checkpoint.WeightReader;
import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.config.ScanOrder;
import io.nextscale.var.mixer.Mamba1;
import io.nextscale.var.mixer.Mamba2;
import io.nextscale.var.mixer.ScanPath;
import io.nextscale.var.nn.Linear;
import io.nextscale.var.scale.Scale;
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
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The Mamba layer of the first version against the official module on {@code golden/mamba1-mixer},
 * and along zigzag paths against ZigMa's on {@code golden/zigzag}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@EnabledIf("available")
class Mamba1GoldenTest {
  private static final double OPEN_GATE = 1.278464542761074; // SiLU of it is 1

  private Fixture golden;
  private Checkpoint weights;

  static boolean available() {
    return Fixture.sharedIsThere(Mamba1GoldenTest.class, "mamba1-mixer");
  }

  @BeforeAll
  void open() {
    golden = new Fixture(Fixture.shared().resolve("golden/mamba1-mixer"));
    weights = Checkpoint.open(golden.folder().resolve("weights.safetensors"));
  }

  @AfterAll
  void close() {
    golden.close();
    weights.close();
  }

  private static Mamba1 layer(WeightSource source, String name) {
    WeightReader reader = new WeightReader(source, Device.CPU, DType.FLOAT32);
    return Mamba1.read(reader.at(name.startsWith("l") ? "base" : name), 32, 64, 16, 2, 4);
  }

  private Mamba1 layer(String name) {
    return layer(new CheckpointWeights(weights), name);
  }

  private static Tensor tensor(Fixture golden, String name) {
    return Tensor.of(golden.floats(name), golden.shape(name));
  }

  private static Mamba2.Output inSteps(Mamba1 layer, Tensor x, Mamba2.State before) {
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
  void computesAWholeSequenceAndSteps(String name) {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Mamba1 layer = layer(name);
      Tensor x = tensor(golden, name + ".input");
      Mamba2.Output whole = layer.forward(x, layer.start(x.size(0)));
      golden.assertClose(name + ".output", whole.hidden().toFloats());
      golden.assertClose(name + ".ssm_state", whole.after().state().toFloats());
      assertInputs(name + ".conv_state", whole.after());
      if (golden.has(name + ".step_output")) {
        Mamba2.Output stepped = inSteps(layer, x, layer.start(x.size(0)));
        golden.assertClose(name + ".step_output", stepped.hidden().toFloats());
        golden.assertClose(name + ".step_ssm_state", stepped.after().state().toFloats());
      }
    }
  }

  /** Compares the last three columns of the four that the official module keeps. */
  private void assertInputs(String name, Mamba2.State state) {
    Tensor kept = tensor(golden, name).narrow(2, 1, 3).transpose(1, 2).contiguous();
    Fixture.assertClose(name, state.inputs().toFloats(), kept.toFloats(), golden.tolerance(name));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 8, 16, 20, 24, 32, 37})
  void leavesTheStateOfAnyNumberOfTokens(int count) {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Mamba1 layer = layer("base");
      Tensor x = tensor(golden, "base.input");
      Mamba2.State after = layer.forward(x.narrow(1, 0, count), layer.start(2)).after();
      golden.assertClose("base.ssm_state.n" + count, after.state().toFloats());
      if (golden.has("base.conv_state.n" + count)) {
        assertInputs("base.conv_state.n" + count, after);
      }
      if (count == 20) {
        Mamba2.Output rest = inSteps(layer, x.narrow(1, 20, 17), after);
        golden.assertClose("base.after20.step_output", rest.hidden().toFloats());
      }
    }
  }

  @Test
  void hasTheOfficialInnerResults() {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Mamba1 layer = layer("base");
      Tensor x = tensor(golden, "base.input");
      Tensor projected = layer.in().forward(x);
      golden.assertClose("base.in_proj", projected.toFloats());
      Tensor values = projected.narrow(2, 0, 64);
      Tensor inputs = Functional.cat(List.of(layer.start(2).inputs(), values), 1);
      Tensor mixed = Functional.silu(layer.conv().forward(inputs));
      golden.assertClose("base.conv_out", mixed.toFloats());
      Tensor selected = layer.select().forward(mixed);
      Tensor steps = layer.step().forward(selected.narrow(2, 0, 2));
      golden.assertClose("base.dt", Functional.logaddexp(steps, Tensor.scalar(0)).toFloats());
      golden.assertClose("base.B", selected.narrow(2, 2, 16).contiguous().toFloats());
      golden.assertClose("base.C", selected.narrow(2, 18, 16).contiguous().toFloats());
      golden.assertClose("base.gated", withoutOut(layer, layer.in()).toFloats());
      Tensor open = Tensor.full(OPEN_GATE, DType.FLOAT32, Device.CPU, 2, 37, 64);
      Tensor ungated = Functional.cat(List.of(values, open), 2);
      golden.assertClose(
          "base.y", withoutOut(layer, new Replaced(input -> ungated.share())).toFloats());
    }
  }

  private Tensor withoutOut(Mamba1 layer, Linear in) {
    Mamba1 changed =
        new Mamba1(
            in,
            layer.conv(),
            layer.select(),
            layer.step(),
            layer.decay(),
            layer.skip(),
            new Replaced(Tensor::share));
    Tensor x = tensor(golden, "base.input");
    return changed.forward(x, layer.start(x.size(0))).hidden();
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "strong", "tinydt", "slow"})
  void hasTheOfficialGradients(String name) {
    try (GradMode training = GradMode.enabled();
        TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> leaves = new LinkedHashMap<>();
      Mamba1 layer =
          Mamba1.read(
              new WeightReader(
                      new GradientWeights(scope, new CheckpointWeights(weights), leaves),
                      Device.CPU,
                      DType.FLOAT32)
                  .at(name),
              32,
              64,
              16,
              2,
              4);
      Tensor x = Autograd.parameter(tensor(golden, name + ".input"));
      Tensor hidden = layer.forward(x, layer.start(x.size(0))).hidden();
      Tensor loss = Reduction.sum(hidden.mul(tensor(golden, name + ".loss_weight")));
      golden.assertClose(name + ".loss", loss.toFloats());
      Autograd.backward(loss);
      golden.assertClose(name + ".grad.input", Autograd.gradient(x).orElseThrow().toFloats());
      leaves.forEach(
          (key, leaf) ->
              golden.assertClose(
                  key.replaceFirst("^" + name, name + ".grad"),
                  Autograd.gradient(leaf).orElseThrow().toFloats()));
      assertThat(leaves).hasSize(9);
    }
  }

  @Test
  void followsZigzagPathsAsZigMaDoes() {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open();
        Fixture zigzag = new Fixture(Fixture.shared().resolve("golden/zigzag"))) {
      Mamba1 layer = layer("base");
      Tensor x = tensor(zigzag, "mixer.input");
      List<Tensor> outputs = new ArrayList<>();
      for (int block = 0; block < ScanPath.PATHS; block++) {
        long[] order = ScanPath.of(ScanOrder.ZIGZAG, block).order(List.of(new Scale(4, 4)));
        long[] back = ScanPath.inverse(order);
        Tensor visited = Indexing.indexSelect(x, 1, Tensor.of(order, order.length));
        Tensor mixed = layer.forward(visited, layer.start(x.size(0))).hidden();
        outputs.add(Indexing.indexSelect(mixed, 1, Tensor.of(back, back.length)).unsqueeze(0));
      }
      zigzag.assertClose("mixer.output", Functional.cat(outputs, 0).toFloats());
      assertThat(zigzag.unused()).allMatch(ZigzagGoldenTest::reads);
    }
  }

  /** Runs last: a reference tensor that no test reads would be a gap. */
  @Test
  @Order(Integer.MAX_VALUE)
  void everyReferenceTensorWasUsed() {
    assertThat(golden.unused()).isEmpty();
  }
}
