package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;
import io.nextscale.torch.Torch;
import io.nextscale.torch.cpu.OneDnn;
import io.nextscale.var.checkpoint.Checkpoint;
import io.nextscale.var.checkpoint.SafetensorsWriter;
import io.nextscale.var.checkpoint.StoredTensor;
import io.nextscale.var.generate.Drawing;
import io.nextscale.var.generate.GuidanceWeights;
import io.nextscale.var.generate.ScaleLoop;
import io.nextscale.var.inference.InferenceModel;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.sampling.CounterNoise;
import io.nextscale.var.sampling.Guidance;
import io.nextscale.var.sampling.Sampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The memory that the first image takes for packed weights is known before it begins. */
class PendingMemoryTest {
  private static final Path HALF = Fixture.resource("golden/no-l2norm-one-phi");

  @TempDir Path folder;

  @AfterEach
  void nothingIsLeft() {
    assertThat(Torch.liveTensors()).isZero();
  }

  /** The fixture's weights are float16: writes them in float32, the type of the computation. */
  private ModelSource inFloat32() throws IOException {
    List<StoredTensor> converted = new ArrayList<>();
    try (Checkpoint checkpoint = Checkpoint.open(HALF.resolve("transformer.pth"));
        TensorScope scope = TensorScope.open()) {
      for (StoredTensor stored : checkpoint.tensors().values()) {
        if (stored.dtype() == DType.INT64) {
          continue; // a buffer that no weight depends on
        }
        Tensor half = Tensor.wrap(stored.data(), stored.dtype(), stored.shape(), stored.strides());
        converted.add(StoredTensor.of(stored.name(), half.toFloats(), stored.shape()));
      }
    }
    SafetensorsWriter.write(folder.resolve("transformer.safetensors"), converted, Map.of());
    for (String name : List.of("vae.pth", "config.json")) {
      Files.copy(HALF.resolve(name), folder.resolve(name));
    }
    return ModelSource.folder(folder);
  }

  @Test
  void mappedWeightsWillTakeMemoryOnce() throws IOException {
    try (InferenceModel model =
        InferenceModel.load(inFloat32(), Device.CPU, DType.FLOAT32, OptionalInt.empty())) {
      assertThat(OneDnn.isAvailable(DType.FLOAT32)).isTrue();
      assertThat(model.pendingBytes())
          .isEqualTo(model.spec().transformer().linearParameterCount() * Float.BYTES);
      try (GradMode inference = GradMode.disabled()) {
        model.begin(planOf(model.spec()), () -> {}).close();
      }
      assertThat(model.pendingBytes()).isZero();
    }
  }

  @Test
  void aRunThatCannotBeginLeavesNothing() {
    try (InferenceModel model =
        InferenceModel.load(
            ModelSource.folder(HALF), Device.CPU, DType.FLOAT32, OptionalInt.empty())) {
      try (GradMode inference = GradMode.disabled()) {
        model.begin(planOf(model.spec()), () -> {}).close();
      }
      long before = Torch.liveTensors();
      ScaleLoop.Plan plan = planOf(model.spec());
      Sampling tooMany = Sampling.all().withTopK(1 << 20);
      ScaleLoop.Plan wrong =
          new ScaleLoop.Plan(
              plan.scales(),
              plan.classes(),
              plan.guidance(),
              new Drawing(tooMany, new CounterNoise(1)),
              null);
      assertThatThrownBy(() -> model.begin(wrong, () -> {}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("top-k");
      assertThat(Torch.liveTensors()).isEqualTo(before);
    }
  }

  private static ScaleLoop.Plan planOf(ModelSpec spec) {
    return new ScaleLoop.Plan(
        spec.scales(),
        new long[] {0},
        GuidanceWeights.of(Guidance.ramp(0), spec.scales()),
        new Drawing(Sampling.all(), new CounterNoise(new long[] {1})),
        null);
  }

  /** Converted weights have memory already, which packed ones take over. */
  @Test
  void convertedWeightsHaveItAlready() {
    try (InferenceModel model =
        InferenceModel.load(
            ModelSource.folder(HALF), Device.CPU, DType.FLOAT32, OptionalInt.empty())) {
      assertThat(model.pendingBytes()).isZero();
    }
  }
}
