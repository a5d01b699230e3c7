package io.nextscale.var.scale;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScalesTest {
  @Test
  void readsSidesAndPairs() {
    Scales scales = Scales.parse("1, 2,3x4,4x4");
    assertThat(scales.list())
        .containsExactly(new Scale(1, 1), new Scale(2, 2), new Scale(3, 4), new Scale(4, 4));
    assertThat(scales).hasToString("1,2,3x4,4");
    assertThat(Scales.parse(scales.toString())).isEqualTo(scales);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|neither a side",
        "1,,2|neither a side",
        "1,2,|neither a side",
        "1,x|\"x\" is neither",
        "1,2x|\"2x\" is neither",
        "1,-2|\"-2\" is neither",
        "1,2.5|\"2.5\" is neither",
        "1,12345|\"12345\" is neither",
        "0,1|both sides are 1 to 1024",
        "1,0x2|both sides are 1 to 1024",
        "2,1|scales must grow: 1 follows 2 at place 2",
        "1,2,2|scales must grow: 2 follows 2 at place 3",
        "1,2x3,3x2|scales must grow: 3x2 follows 2x3 at place 3"
      })
  void namesTheEntryThatIsWrong(String text, String message) {
    assertThatThrownBy(() -> Scales.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void knowsWhereAScaleBegins() {
    Scales scales = Scales.squares(1, 2, 3, 4, 5, 6, 8, 10, 13, 16);
    assertThat(scales.tokens()).isEqualTo(680);
    assertThat(scales.start(0)).isZero();
    assertThat(scales.start(9)).isEqualTo(424);
    assertThat(scales.last()).isEqualTo(new Scale(16, 16));
    assertThatThrownBy(() -> new Scales(List.of())).hasMessageContaining("at least one");
  }

  @Test
  void tokenMapsCopyAndCheck() {
    Scales scales = Scales.squares(1, 2);
    long[][] given = {{1, 2, 3, 4, 5}, {6, 7, 8, 9, 10}};
    TokenMaps maps = new TokenMaps(scales, given);
    given[0][0] = 99;
    maps.tokens()[1][1] = 99;
    assertThat(maps.tokens()).isDeepEqualTo(new long[][] {{1, 2, 3, 4, 5}, {6, 7, 8, 9, 10}});
    assertThat(maps.ofScale(0)).containsExactly(1, 6);
    assertThat(maps.ofScale(1)).containsExactly(2, 3, 4, 5, 7, 8, 9, 10);
    assertThat(maps.slice(1, 2)).isEqualTo(new TokenMaps(scales, new long[][] {{6, 7, 8, 9, 10}}));
    assertThat(maps.slice(1, 2)).hasSameHashCodeAs(maps.slice(1, 2)).isNotEqualTo(maps);
    assertThat(maps.requireVocabulary(11)).isSameAs(maps);
    assertThatThrownBy(() -> maps.requireVocabulary(10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("token 10 of image 1 at position 4: expected 0 to 9");
    TokenMaps negative = new TokenMaps(scales, new long[][] {{0, 0, -1, 0, 0}});
    assertThatThrownBy(() -> negative.requireVocabulary(10))
        .hasMessageContaining("token -1 of image 0 at position 2");
    assertThatThrownBy(() -> new TokenMaps(scales, new long[][] {{1, 2, 3, 4}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4 tokens for scales of 5");
  }
}
