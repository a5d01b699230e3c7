package io.nextscale.var.scale;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TokenMapsTest {
  private static final Scales SCALES = Scales.parse("1,1x2");

  @Test
  void scalesAreJoinedImageByImage() {
    List<long[]> ofScales = List.of(new long[] {1, 2}, new long[] {10, 11, 20, 21});
    TokenMaps maps = TokenMaps.join(SCALES, 2, ofScales);
    assertThat(maps.tokens()).isDeepEqualTo(new long[][] {{1, 10, 11}, {2, 20, 21}});
    assertThat(maps.ofScale(0)).containsExactly(1, 2);
    assertThat(maps.ofScale(1)).containsExactly(10, 11, 20, 21);
  }
}
