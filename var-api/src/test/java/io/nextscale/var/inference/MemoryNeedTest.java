package io.nextscale.var.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.torch.Device;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OfficialModels;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scales;
import org.junit.jupiter.api.Test;

class MemoryNeedTest {
  private static final ModelSpec SPEC = OfficialModels.preset("flexvar-d16");

  /** FlexVAR-d16, one guided image of 256 pixels: 680 positions, 256 in the last scale. */
  @Test
  void countsCacheLogitsAndFeatureMaps() {
    MemoryNeed need = MemoryNeed.of(SPEC, SPEC.scales(), 1, true, 4);
    assertThat(need.states()).isEqualTo(2L * 680 * 2 * 16 * 1024 * 4);
    assertThat(need.logits()).isEqualTo(256L * 8912 * 4);
    assertThat(need.decoding()).isEqualTo(3L * 256 * 256 * 128 * 4);
    assertThat(need.modulations()).isEqualTo(41L * 99 * 1024 * 4); // as many classes as 16 MiB hold
    assertThat(need.bytes()).isEqualTo(need.modulations() + need.states() + need.logits());
    MemoryNeed half = MemoryNeed.of(SPEC, SPEC.scales(), 3, false, 2);
    assertThat(half.states()).isEqualTo(3L * 680 * 2 * 16 * 1024 * 2);
    assertThat(half.logits()).isEqualTo(3L * 256 * 8912 * 4);
    // image by image
    assertThat(half.decoding()).isEqualTo(3L * 256 * 256 * 128 * 2);
  }

  /** LlamaGen-B, one guided image of 256 pixels: 256 positions, 16 in a row of tokens. */
  @Test
  void countsKeysAndValuesOfRasterModelsInFloat32() {
    ModelSpec llama = OfficialModels.preset("llamagen-c2i-b-256");
    MemoryNeed need = MemoryNeed.of(llama, llama.scales(), 1, true, 2);
    assertThat(need.states()).isEqualTo(2L * 256 * 2 * 12 * 768 * 4);
    assertThat(need.logits()).isEqualTo(16L * 16384 * 4);
    assertThat(need.modulations()).isZero();
  }

  @Test
  void refusesWhatNoMachineHas() {
    Scales largest = Scales.squares(1, 1024);
    ImageSize size = SPEC.imageSize(largest);
    MemoryNeed need = MemoryNeed.of(SPEC, largest, 10_000, true, 4);
    assertThat(need.bytes()).isGreaterThan(1L << 50);
    assertThatThrownBy(() -> need.require(Device.CPU, size, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("images of 16384x16384 need ")
        .hasMessageEndingWith("ask for smaller images, or fewer at once");
    assertThatCode(() -> need.require(Device.CUDA, size, 0)).doesNotThrowAnyException();
    MemoryNeed own = MemoryNeed.of(SPEC, Scales.squares(1), 1, true, 4);
    assertThatCode(() -> own.require(Device.CPU, size, 0)).doesNotThrowAnyException();
  }

  /** A small image, before whose first block all weights are packed. */
  @Test
  void countsWhatTheModelWillTakeAndWhatIsFree() {
    Scales one = Scales.squares(1);
    ImageSize size = SPEC.imageSize(one);
    MemoryNeed need = MemoryNeed.of(SPEC, one, 1, false, 4);
    assertThatThrownBy(() -> need.require(Device.CPU, size, 1L << 50))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "images of 16x16 need 1048576\\.\\d\\d GiB of memory or more \\(1048576\\.00 for"
                + " weights\\), of the (machine|container)'s [\\d.]+ GiB are [\\d.]+ free: .*");
  }
}
