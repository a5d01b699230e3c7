package io.nextscale.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.torch.Autograd;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Losses;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import io.nextscale.train.optim.AdamW;
import io.nextscale.train.optim.Parameters;
import io.nextscale.train.transformer.TransformerInitialization;
import io.nextscale.var.checkpoint.CheckpointException;
import io.nextscale.var.checkpoint.SafetensorsWriter;
import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.transformer.TransformerConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingStateTest {
  private static final WeightSource INITIAL =
      TransformerInitialization.weights(
          new TransformerConfig(1, 8, 1, 16, 2, 1e-6, false, true, 0, 4, 16), 7, 0);

  @TempDir private Path folder;

  /** Two weights that are pulled to ones, another way at every step. */
  private static void train(Parameters parameters, AdamW optimiser, long from, long to) {
    for (long step = from; step < to; step++) {
      try (TensorScope scope = TensorScope.open();
          GradMode mode = GradMode.enabled()) {
        for (Tensor leaf : parameters.all().values()) {
          Tensor far = leaf.share().add(step * 0.01 - 1);
          Autograd.backward(Losses.mean(far.mul(far)));
        }
        optimiser.step(0.01, 1);
      }
    }
  }

  private static Parameters parameters() {
    Parameters parameters = new Parameters(INITIAL);
    try (TensorScope scope = TensorScope.open()) {
      parameters.get("a.weight", 4, 3);
      parameters.get("b.weight", 5);
    }
    return parameters;
  }

  private static AdamW optimiser(Parameters parameters) {
    return new AdamW(parameters.all(), 0.05, name -> name.startsWith("a"), 2);
  }

  private static Map<String, Tensor> state(Parameters parameters, AdamW optimiser) {
    Map<String, Tensor> state = new LinkedHashMap<>(parameters.all());
    state.putAll(optimiser.state());
    return state;
  }

  private static List<float[]> values(Parameters parameters) {
    return parameters.all().values().stream().map(Tensor::toFloats).toList();
  }

  @Test
  void aBrokenTrainingEndsAsAnUnbrokenOne() {
    long before = Torch.liveTensors();
    Path file = folder.resolve("state.safetensors");
    try (TensorScope scope = TensorScope.open();
        Parameters whole = parameters();
        AdamW ofWhole = optimiser(whole);
        Parameters first = parameters();
        AdamW ofFirst = optimiser(first);
        Parameters second = parameters();
        AdamW ofSecond = optimiser(second)) {
      train(whole, ofWhole, 0, 9);
      train(first, ofFirst, 0, 4);
      new TrainingState(state(first, ofFirst)).save(file, 4);
      long step = new TrainingState(state(second, ofSecond)).load(file);
      assertThat(step).isEqualTo(4);
      train(second, ofSecond, step, 9);
      List<float[]> expected = values(whole);
      List<float[]> found = values(second);
      for (int i = 0; i < expected.size(); i++) {
        assertThat(found.get(i)).containsExactly(expected.get(i));
      }
      assertThat(values(first).get(0)).isNotEqualTo(expected.get(0));
    }
    assertThat(Torch.liveTensors()).isEqualTo(before);
  }

  @Test
  void aFileOfAnotherModelIsRefusedAndChangesNothing() {
    Path file = folder.resolve("other.safetensors");
    SafetensorsWriter.write(file, List.of(), Map.of("step", "1"));
    try (TensorScope scope = TensorScope.open();
        Parameters parameters = parameters();
        AdamW optimiser = optimiser(parameters)) {
      List<float[]> before = values(parameters);
      TrainingState state = new TrainingState(state(parameters, optimiser));
      assertThatThrownBy(() -> state.load(file))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("8 missing")
          .hasMessageContaining("a.weight/mean");
      assertThat(values(parameters).get(0)).containsExactly(before.get(0));
    }
  }

  @Test
  void aFileWithoutAStepIsRefused() {
    Path file = folder.resolve("none.safetensors");
    try (TensorScope scope = TensorScope.open();
        Parameters parameters = parameters();
        AdamW optimiser = optimiser(parameters)) {
      SafetensorsWriter.write(file, List.of(), Map.of());
      TrainingState state = new TrainingState(state(parameters, optimiser));
      assertThatThrownBy(() -> state.load(file)).hasMessageContaining("number of the step");
    }
  }
}
