package io.nextscale.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Tests that libtorch computes convolutions right, with oneDNN or after leaving it. */
class OneDnnCheckTest {
  @Test
  void convolutionsAreRightOnceLibtorchIsLoaded() {
    assertThat(Torch.library().version()).isNotNull();
    assertThat(OneDnnCheck.passes()).isTrue();
    assertThat(Torch.limitations())
        .filteredOn(text -> text.contains("oneDNN"))
        .hasSize(Torch.usesOneDnn() ? 0 : 1);
    assertThat(Torch.liveTensors()).isZero();
  }
}
