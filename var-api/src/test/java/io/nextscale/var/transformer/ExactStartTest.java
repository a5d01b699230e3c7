package io.nextscale.var.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import io.nextscale.var.scale.Scales;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExactStartTest {

  /** All small scales that come first, or as many as asked for. */
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
  void countsScales(String scales, @Nullable Integer asked, int expected) {
    assertThat(ExactStart.count(Scales.parse(scales), asked)).isEqualTo(expected);
  }
}
