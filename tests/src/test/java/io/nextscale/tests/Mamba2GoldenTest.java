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
import io.nextscale.var.config.Mamba2Config;
import io.nextscale.var.mixer.Chunks;
import io.nextscale.var.mixer.Mamba2;
import io.nextscale.var.mixer.StateSpaceScan;
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

/** The Mamba-2 layer against the official module on {@code golden/mamba2-mixer}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@EnabledIf("available")
class Mamba2GoldenTest {
  private static final Mamba2Config CONFIG = new Mamba2Config(32, 64, 8, 16, 4);
  private static final int CHUNK = 8; // of the reference's chunks

  private Fixture golden;
  private Checkpoint weights;

  static boolean available() {
    return Fixture.sharedIsThere(Mamba2GoldenTest.class, "mamba2-mixer");
  }

  @BeforeAll
  void open() {
    golden = new Fixture(Fixture.shared().resolve("golden/mamba2-mixer"));
    weights = Checkpoint.open(golden.folder().resolve("weights.safetensors"));
  }

  @AfterAll
  void close() {
    golden.close();
    weights.close();
  }

  private Mamba2 layer(String weightsOf) {
    WeightReader all = new WeightReader(new CheckpointWeights(weights), Device.CPU, DType.FLOAT32);
    return Mamba2.read(all.at(weightsOf), CONFIG);
  }

  private Tensor tensor(String name) {
    return Tensor.of(golden.floats(name), golden.shape(name));
  }

  private static Mamba2.State start(Tensor x) {
    return Mamba2.State.zeros(CONFIG, x.size(0), DType.FLOAT32, Device.CPU);
  }

  /** Runs the layer over pieces of a sequence; returns all outputs joined, and the last state. */
  private static Mamba2.Output inPieces(Mamba2 layer, Tensor x, Mamba2.State before, int piece) {
    Mamba2.Output last = null;
    Tensor joined = null;
    for (long at = 0; at < x.size(1); at += piece) {
      Tensor next = x.narrow(1, at, Math.min(piece, x.size(1) - at));
      last = layer.forward(next, last == null ? before : last.after());
      joined = joined == null ? last.hidden() : Functional.cat(List.of(joined, last.hidden()), 1);
    }
    return new Mamba2.Output(joined, last.after());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"base", "strong", "tinydt", "hugedt", "slow", "long", "len1", "len2", "len3"})
  void computesAWholeSequenceAndSteps(String name) {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Mamba2 layer = layer(name.startsWith("l") ? "base" : name);
      Tensor x = tensor(name + ".input");
      Mamba2.Output whole = layer.forward(x, start(x));
      golden.assertClose(name + ".output", whole.hidden().toFloats());
      golden.assertClose(name + ".ssm_state", whole.after().state().toFloats());
      assertInputs(name + ".conv_state", whole.after());
      if (golden.has(name + ".step_output")) {
        Mamba2.Output stepped = inPieces(layer, x, start(x), 1);
        golden.assertClose(name + ".step_output", stepped.hidden().toFloats());
        golden.assertClose(name + ".step_ssm_state", stepped.after().state().toFloats());
      }
    }
  }

  /** Compares the last three columns of the four that the official module keeps. */
  private void assertInputs(String name, Mamba2.State state) {
    Tensor kept = tensor(name).narrow(2, 1, 3).transpose(1, 2).contiguous();
    Fixture.assertClose(name, state.inputs().toFloats(), kept.toFloats(), golden.tolerance(name));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 8, 16, 20, 24, 32, 37})
  void leavesTheStateOfAnyNumberOfTokens(int count) {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Mamba2 layer = layer("base");
      Tensor x = tensor("base.input");
      Mamba2.State after = layer.forward(x.narrow(1, 0, count), start(x)).after();
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
      Mamba2 layer = layer("base");
      Tensor x = tensor("base.input");
      Mamba2.State after = layer.forward(x.narrow(1, 0, 20), start(x)).after();
      Mamba2.Output rest = inPieces(layer, x.narrow(1, 20, 17), after, 1);
      golden.assertClose("base.after20.step_output", rest.hidden().toFloats());
    }
  }

  @Test
  void hasTheOfficialInnerResults() {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Mamba2 layer = layer("base");
      Scanned scanned = scan(layer, tensor("base.input"), 64);
      golden.assertClose("base.in_proj", scanned.projected().toFloats());
      golden.assertClose("base.conv_out", scanned.mixed().toFloats());
      golden.assertClose("base.dt", scanned.delta().toFloats());
      golden.assertClose("base.y", scanned.y().toFloats());
      Mamba2 withoutOut =
          new Mamba2(
              layer.in(),
              layer.conv(),
              layer.deltaBias(),
              layer.decay(),
              layer.skip(),
              layer.norm(),
              new Replaced(Tensor::share));
      Tensor x = tensor("base.input");
      golden.assertClose("base.normed", withoutOut.forward(x, start(x)).hidden().toFloats());
    }
  }

  @Test
  void passesTheOfficialStatesFromChunkToChunk() {
    try (GradMode inference = GradMode.disabled();
        TensorScope scope = TensorScope.open()) {
      Tensor x = tensor("chunk.input");
      Scanned base = scan(layer("base"), x, CHUNK);
      Chunks chunks = base.chunks();
      Tensor sums = chunks.sums().to(DType.FLOAT32).permute(0, 3, 1, 2).contiguous();
      golden.assertClose("chunk.dA_cumsum", sums.toFloats());
      Tensor local = chunks.local();
      golden.assertClose("chunk.local_states", local.toFloats());
      List<Tensor> states = chunks.pass(local, start(x).state());
      List<Tensor> incoming =
          states.subList(0, states.size() - 1).stream().map(s -> s.unsqueeze(1)).toList();
      golden.assertClose("chunk.incoming_states", Functional.cat(incoming, 1).toFloats());
      golden.assertClose("chunk.final_state", states.getLast().toFloats());
      golden.assertClose("chunk.base.y", base.y().toFloats());
      golden.assertClose("chunk.strong.y", scan(layer("strong"), x, CHUNK).y().toFloats());
    }
  }

  /** Inner results of a layer. */
  private record Scanned(Tensor projected, Tensor mixed, Tensor delta, Tensor y, Chunks chunks) {}

  private static Scanned scan(Mamba2 layer, Tensor x, int chunk) {
    long rows = x.size(0);
    long length = x.size(1);
    Tensor projected = layer.in().forward(x);
    Mamba2.State start = start(x);
    Tensor inputs = Functional.cat(List.of(start.inputs(), projected.narrow(2, 64, 96)), 1);
    Tensor mixed = Functional.silu(layer.conv().forward(inputs));
    Tensor delta = layer.delta(projected.narrow(2, 160, 8));
    Tensor values = mixed.narrow(2, 0, 64).reshape(rows, length, 8, 8);
    Tensor b = mixed.narrow(2, 64, 16);
    Tensor c = mixed.narrow(2, 80, 16);
    Tensor outputs =
        new StateSpaceScan(chunk).scan(values, delta, layer.decay(), b, c, start.state()).outputs();
    Tensor y = outputs.add(values.mul(layer.skip().unsqueeze(-1)));
    Chunks chunks =
        length % chunk == 0 ? Chunks.of(chunk, values, delta, layer.decay(), b, c) : null;
    return new Scanned(projected, mixed, delta, y, chunks);
  }

  @ParameterizedTest
  @ValueSource(strings = {"base", "strong", "tinydt", "slow"})
  void hasTheOfficialGradients(String name) {
    try (GradMode training = GradMode.enabled();
        TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> leaves = new LinkedHashMap<>();
      GradientWeights source = new GradientWeights(scope, new CheckpointWeights(weights), leaves);
      Mamba2 layer =
          Mamba2.read(new WeightReader(source, Device.CPU, DType.FLOAT32).at(name), CONFIG);
      Tensor x = Autograd.parameter(tensor(name + ".input"));
      Tensor hidden = layer.forward(x, start(x)).hidden();
      Tensor loss = Reduction.sum(hidden.mul(tensor(name + ".loss_weight")));
      golden.assertClose(name + ".loss", loss.toFloats());
      Autograd.backward(loss);
      golden.assertClose(name + ".grad.input", Autograd.gradient(x).orElseThrow().toFloats());
      leaves.forEach(
          (key, leaf) ->
              golden.assertClose(
                  key.replaceFirst("^" + name, name + ".grad"),
                  Autograd.gradient(leaf).orElseThrow().toFloats()));
      assertThat(leaves).hasSize(8);
    }
  }

  /** Runs last: a reference tensor that no test reads would be a gap. */
  @Test
  @Order(Integer.MAX_VALUE)
  void everyReferenceTensorWasUsed() {
    assertThat(golden.unused()).isEmpty();
  }
}
