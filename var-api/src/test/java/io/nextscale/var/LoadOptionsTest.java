package io.nextscale.var;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.var.model.OfficialModels;
import io.nextscale.var.transformer.TransformerConfig;
import org.junit.jupiter.api.Test;

class LoadOptionsTest {
  private static final LoadOptions BFLOAT16 = new LoadOptions(Device.CPU, DType.BFLOAT16);
  private static final TransformerConfig LARGE = OfficialModels.preset("var-d16").transformer();

  /** Six blocks of 256 have 4.7 million parameters, 18 MiB; sixteen of 1024 are 768 MiB. */
  @Test
  void exactWeightsAreHeldWhereTheyAreSmallOrAskedFor() {
    TransformerConfig small =
        TransformerConfig.builder()
            .depth(6)
            .width(256)
            .heads(4)
            .hiddenWidth(1024)
            .classes(19)
            .codeWidth(32)
            .vocabularySize(4096)
            .build();
    assertThat(small.linearParameterCount()).isEqualTo(6 * 12 * 256 * 256);
    assertThat(LARGE.linearParameterCount()).isEqualTo(16L * 12 * 1024 * 1024);

    assertThat(BFLOAT16.holdsExactWeights(small)).isTrue();
    assertThat(BFLOAT16.holdsExactWeights(LARGE)).isFalse();
    assertThat(BFLOAT16.withFloat32Scales(1).holdsExactWeights(LARGE)).isTrue();
    assertThat(BFLOAT16.withFloat32Scales(0).holdsExactWeights(small)).isFalse();
    assertThat(LoadOptions.defaults().withFloat32Scales(4).holdsExactWeights(LARGE)).isFalse();
  }

  @Test
  void refusesNegativeNumbersOfScales() {
    assertThatThrownBy(() -> BFLOAT16.withFloat32Scales(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("float32 scales -1: at least 0");
  }
}
