package io.nextscale.var.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.nextscale.var.edit.EditMask;
import io.nextscale.var.edit.FirstScales;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import org.junit.jupiter.api.Test;

class ForcedTokensTest {
  private static final Scales SCALES = Scales.parse("1,2,2x3");
  private static final long[] DRAWN = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  private static final long[] OWN = {20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30};
  private static final long[] OTHER = {40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50};

  @Test
  void theFirstScalesAreKeptWhole() {
    FirstScales two = new FirstScales(2);
    assertThat(two.at(SCALES, 0)).containsExactly(true);
    assertThat(two.at(SCALES, 1)).containsExactly(true, true, true, true);
    assertThat(two.at(SCALES, 2)).hasSize(6).containsOnly(false);
    assertThat(two.atAll(SCALES))
        .containsExactly(true, true, true, true, true, false, false, false, false, false, false);
    assertThatThrownBy(() -> new FirstScales(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("kept scales 0");
  }

  @Test
  void eachImageHasItsOwnTokensOrAllShareThem() {
    TokenMaps drawn = new TokenMaps(SCALES, new long[][] {DRAWN, DRAWN});
    boolean[] kept = new FirstScales(1).atAll(SCALES);
    long[] first = DRAWN.clone();
    long[] second = DRAWN.clone();
    first[0] = 20;
    second[0] = 40;
    ForcedTokens own = new ForcedTokens(new TokenMaps(SCALES, new long[][] {OWN, OTHER}), kept);
    assertThat(own.apply(drawn).tokens()).isDeepEqualTo(new long[][] {first, second});
    ForcedTokens shared = new ForcedTokens(new TokenMaps(SCALES, new long[][] {OWN}), kept);
    assertThat(shared.apply(drawn).tokens()).isDeepEqualTo(new long[][] {first, first});
    assertThat(drawn.tokens()[0]).containsExactly(DRAWN);
  }

  @Test
  void aMaskKeepsItsPart() {
    // rows of two and three columns; the scale of 2x2 sees the left column only
    EditMask left = new EditMask(2, 3, new boolean[] {true, false, false, true, false, false});
    ForcedTokens edit =
        new ForcedTokens(new TokenMaps(SCALES, new long[][] {OWN}), left.atAll(SCALES));
    TokenMaps result = edit.apply(new TokenMaps(SCALES, new long[][] {DRAWN}));
    assertThat(result.tokens()[0]).containsExactly(20, 21, 2, 23, 4, 25, 6, 7, 28, 9, 10);
  }
}
