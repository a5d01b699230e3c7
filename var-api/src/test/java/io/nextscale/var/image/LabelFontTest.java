package io.nextscale.var.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelFontTest {
  @Test
  void everyPrintableCharacterHasItsOwnGlyphInsideItsCell() {
    Set<String> glyphs = new HashSet<>();
    for (char character = ' '; character <= '~'; character++) {
      assertThat(glyphs.add(rows(String.valueOf(character)))).as("'%s'", character).isTrue();
    }
    assertThat(glyphs.add(rows("\u2026"))).as("ellipsis").isTrue();
    assertThat(glyphs.add(rows("\u4e2d"))).as("box").isTrue();
    assertThat(rows("\ud83d\udc15")).as("surrogate pair").isEqualTo(rows("\u4e2d"));
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "label  | 29 | 1 | label",
        "label  | 28 | 1 | lab…",
        "label  | 59 | 2 | label",
        "label  | 57 | 2 | lab…",
        "a word | 17 | 1 | a…",
        "label  | 5  | 1 | …",
        "label  | 4  | 1 | ''",
        "Åé\u00df\u4e2d | 99 | 1 | Ae\u00df\u4e2d",
      },
      delimiter = '|')
  void textIsCutToTheWidth(String text, int width, int scale, String expected) {
    String fitted = LabelFont.fit(text, width, scale);

    assertThat(fitted).isEqualTo(expected);
    assertThat(LabelFont.width(fitted, scale)).isLessThanOrEqualTo(width);
  }

  @Test
  void lineBreaksBecomeBlanks() {
    assertThat(LabelFont.fit(" a\r\n\tb\0c ", 100, 1)).isEqualTo("a b c");
  }

  private static String rows(String text) {
    PixelCanvas canvas = new PixelCanvas(LabelFont.ADVANCE - 1, LabelFont.HEIGHT);
    LabelFont.draw(canvas, text, 0, 0, 1, 0);
    BufferedImage image = canvas.toImage();
    StringBuilder rows = new StringBuilder();
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        rows.append(image.getRGB(x, y) == 0xFF000000 ? '#' : '.');
      }
      rows.append('\n');
    }
    return rows.toString();
  }
}
