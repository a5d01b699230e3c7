package io.nextscale.var.image;

import java.text.Normalizer;

/**
 * A fixed-width bitmap font for labels. Text of AWT needs fontconfig and an installed font, which
 * slim containers lack, and differs from machine to machine.
 */
final class LabelFont {
  /** Rows of a glyph, two of them below the base line. */
  static final int HEIGHT = 9;

  /** Columns from one glyph to the next; the last one is blank. */
  static final int ADVANCE = 6;

  private static final String ELLIPSIS = "\u2026";

  /**
   * The characters ! to ~ in ASCII order, then the ellipsis, then the box for any other. One digit
   * of base 32 per row from the top: its five bits are the row's pixels, the highest one leftmost.
   */
  private static final String[] GLYPHS =
      """
      4444404 aa00000 aavavaa 4fke5u4 op248j3 cik8lid 4400000 2488842 8422248 04lel40
      044v440 00000cc48 000e000 00000cc 01248g0
      ehjlphe 4c4444e eh1248v v2421he 26aiv22 vgu11he 68guhhe v124888 ehhehhe ehhf12c
      0cc0cc0 0cc0cc48 248g842 00v0v00 8421248 eh12404 ehnlnge
      ehhvhhh uhhuhhu ehggghe sihhhis vgguggv vgguggg ehgnhhf hhhvhhh e44444e 72222ic
      hikokih ggggggv hrllhhh hhpljhh ehhhhhe uhhuggg ehhhlid uhhukih fgge11u v444444
      hhhhhhe hhhhha4 hhhllla hha4ahh hhha444 v1248gv
      e88888e 0g84210 e22222e 4ah0000 0000000v 8400000
      00e1fhf ggmphhu 00egghe 11djhhf 00ehvge 698s888 00fhhhf1e ggmphhh 40c444e 2062222ic
      ggikoki c44444e 00qllll 00mphhh 00ehhhe 00uhhhugg 00fhhhf11 00mpggg 00fge1u 88s8896
      00hhhjd 00hhha4 00hhlla 00ha4ah 00hhhhf1e 00v248v
      2448442 4444444 8442448 008l200
      000000l vhhhhhv
      """
          .trim()
          .split("\\s+");

  private LabelFont() {}

  /** Computes the width in pixels of a text, without the blank after its last glyph. */
  static int width(String text, int scale) {
    int count = text.codePointCount(0, text.length());
    return count == 0 ? 0 : (count * ADVANCE - 1) * scale;
  }

  /**
   * Prepares a text for drawing: drops accents, turns white space into blanks, and cuts the text
   * with an ellipsis if it is wider than {@code maxWidth} pixels.
   */
  static String fit(String text, int maxWidth, int scale) {
    String plain =
        Normalizer.normalize(text, Normalizer.Form.NFD)
            .replaceAll("\\p{M}+", "")
            .replaceAll("[\\s\\p{Cntrl}]+", " ")
            .strip();
    if (width(plain, scale) <= maxWidth) {
      return plain;
    }
    int room = (maxWidth + scale) / (ADVANCE * scale);
    if (room < 1) {
      return "";
    }
    return plain.substring(0, plain.offsetByCodePoints(0, room - 1)).stripTrailing() + ELLIPSIS;
  }

  /** Draws the text with its upper left corner at (x, y). */
  static void draw(PixelCanvas canvas, String text, int x, int y, int scale, int rgb) {
    int left = x;
    for (int character : text.codePoints().toArray()) {
      String glyph = glyph(character);
      for (int row = 0; row < glyph.length(); row++) {
        int bits = Character.digit(glyph.charAt(row), 32);
        for (int column = 0; column < ADVANCE - 1; column++) {
          if ((bits >> (ADVANCE - 2 - column) & 1) != 0) {
            canvas.fill(left + column * scale, y + row * scale, scale, scale, rgb);
          }
        }
      }
      left += ADVANCE * scale;
    }
  }

  private static String glyph(int character) {
    if (character == ' ') {
      return "";
    }
    if (character >= '!' && character <= '~') {
      return GLYPHS[character - '!'];
    }
    return GLYPHS[GLYPHS.length - (character == ELLIPSIS.charAt(0) ? 2 : 1)];
  }
}
