package io.nextscale.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Torch;
import io.nextscale.torch.cpu.OneDnn;
import io.nextscale.var.inference.InferenceModel;
import io.nextscale.var.model.ModelSource;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The memory that the first image takes for packed weights is known before it begins. */
class PendingMemoryTest {
  private static final ModelSource MAPPED =
      ModelSource.folder(Fixture.resource("golden/no-l2norm-one-phi"));

  @AfterEach
  void nothingIsLeft() {
    assertThat(Torch.liveTensors()).isZero();
  }

  @Test
  void mappedWeightsWillTakeMemoryOnce() {
    try (InferenceModel model =
        InferenceModel.load(MAPPED, Device.CPU, DType.FLOAT32, OptionalInt.empty())) {
      assertThat(OneDnn.isAvailable(DType.FLOAT32)).isTrue();
      assertThat(model.pendingBytes())
          .isEqualTo(model.spec().transformer().linearParameterCount() * Float.BYTES);
      model.transformer();
      assertThat(model.pendingBytes()).isZero();
    }
  }

  /** Converted weights have memory already, which packed ones take over. */
  @Test
  void convertedWeightsHaveItAlready() {
    try (InferenceModel model =
        InferenceModel.load(MAPPED, Device.CPU, DType.BFLOAT16, OptionalInt.of(0))) {
      assertThat(model.pendingBytes()).isZero();
    }
  }
}
