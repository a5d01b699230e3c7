package io.nextscale.var.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.torch.DType;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.model.OfficialModels;
import io.nextscale.var.scale.Scales;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrecisionTest {
  private static final OptionalInt UNREQUESTED = OptionalInt.empty();
  private static final TransformerConfig LARGE = OfficialModels.preset("var-d16").transformer();
  private static final TransformerConfig SMALL =
      TransformerConfig.builder()
          .depth(6)
          .width(256)
          .heads(4)
          .hiddenWidth(1024)
          .classes(19)
          .codeWidth(32)
          .vocabularySize(4096)
          .build();

  /** Counts the small first scales, or as many as requested. */
  @ParameterizedTest
  @CsvSource({
    "'1,2,3,4,5,6,8,10,13,16', , 4",
    "'1,2,8,16', , 2",
    "'8,16', , 0",
    "'1,2,3', , 3",
    "'1,2,3,4,5,6', 5, 5",
    "'1,2,3,4,5,6', 0, 0",
    "'1,2,3', 9, 3",
  })
  void countsScales(String scales, @Nullable Integer requested, int expected) {
    OptionalInt first = requested == null ? UNREQUESTED : OptionalInt.of(requested);
    Precision precision = Precision.of(DType.BFLOAT16, first, SMALL);
    assertThat(precision.float32Scales(Scales.parse(scales))).isEqualTo(expected);
  }

  /** Six blocks of 256 have 4.7 million parameters, 18 MiB; sixteen of 1024 have 768 MiB. */
  @Test
  void float32WeightsAreHeldWhereTheyAreSmallOrAskedFor() {
    assertThat(SMALL.linearParameterCount()).isEqualTo(6 * 12 * 256 * 256);
    assertThat(LARGE.linearParameterCount()).isEqualTo(16L * 12 * 1024 * 1024);

    assertThat(holds(DType.BFLOAT16, UNREQUESTED, SMALL)).isTrue();
    assertThat(holds(DType.BFLOAT16, UNREQUESTED, LARGE)).isFalse();
    assertThat(holds(DType.BFLOAT16, OptionalInt.of(1), LARGE)).isTrue();
    assertThat(holds(DType.BFLOAT16, OptionalInt.of(0), SMALL)).isFalse();
    assertThat(holds(DType.FLOAT32, OptionalInt.of(4), LARGE)).isFalse();
  }

  private static boolean holds(DType blocks, OptionalInt requested, TransformerConfig config) {
    return Precision.of(blocks, requested, config).holdsFloat32();
  }
}
