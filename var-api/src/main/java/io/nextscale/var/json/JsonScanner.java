package io.nextscale.var.json;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads the tokens of a JSON text, and counts the heap that its values take. */
final class JsonScanner {
  private static final long HEAP_BUDGET = 20L << 20;
  private static final int MAX_NUMBER = 400;
  private static final int SHOWN = 80;

  private final byte[] text;
  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
  private int at;
  private long charged;

  JsonScanner(byte[] utf8) {
    this.text = utf8;
  }

  boolean atEnd() {
    return at == text.length;
  }

  int position() {
    return at;
  }

  /** The next byte, or -1 at the end. */
  int peek() {
    return at < text.length ? text[at] : -1;
  }

  void skipSpace() {
    while (at < text.length
        && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) {
      at++;
    }
  }

  boolean accept(char c) {
    if (peek() != c) {
      return false;
    }
    at++;
    return true;
  }

  void expect(char c) {
    if (!accept(c)) {
      throw error("expected '" + c + "', found " + describeNext());
    }
  }

  <T> @Nullable T literal(String word, @Nullable T value) {
    for (int i = 0; i < word.length(); i++) {
      expect(word.charAt(i));
    }
    return value;
  }

  Number number() {
    int start = at;
    accept('-');
    if (!accept('0')) {
      digits();
    }
    boolean integer = true;
    if (accept('.')) {
      digits();
      integer = false;
    }
    if (accept('e') || accept('E')) {
      if (!accept('+')) {
        accept('-');
      }
      digits();
      integer = false;
    }
    if (at - start > MAX_NUMBER) {
      throw error("a number of more than " + MAX_NUMBER + " characters", start);
    }
    if (integer) { // no conditional expression: that would turn both into doubles
      return integer(start);
    }
    return fraction(start);
  }

  /** Reads the integer from start to here; sums below zero, where the range has one more value. */
  private long integer(int start) {
    charge(24);
    boolean negative = text[start] == '-';
    long value = 0;
    try {
      for (int i = negative ? start + 1 : start; i < at; i++) {
        value = Math.subtractExact(Math.multiplyExact(value, 10), text[i] - '0');
      }
      return negative ? value : Math.negateExact(value);
    } catch (ArithmeticException e) {
      throw error("an integer beyond 64 bits", start);
    }
  }

  private double fraction(int start) {
    charge(200 + 30L * (at - start));
    double value =
        Double.parseDouble(new String(text, start, at - start, StandardCharsets.US_ASCII));
    if (Double.isInfinite(value)) {
      throw error("a number beyond the doubles", start);
    }
    return value;
  }

  private void digits() {
    int start = at;
    while (peek() >= '0' && peek() <= '9') {
      at++;
    }
    if (at == start) {
      throw error("expected a digit, found " + describeNext());
    }
  }

  String string() {
    expect('"');
    int start = at;
    boolean plain = true;
    while (peek() != '"') {
      int c = peek();
      if (atEnd()) {
        throw error("a string without its end", start - 1);
      } else if (c >= 0 && c < 0x20) {
        throw error("a control character in a string, found " + describeNext());
      }
      plain &= c > 0 && c != '\\';
      at += c == '\\' && at + 1 < text.length ? 2 : 1;
    }
    int length = at - start;
    charge(plain ? 64 + length : 320 + 8L * length);
    String value =
        plain
            ? new String(text, start, length, StandardCharsets.ISO_8859_1)
            : unescape(decode(start, length), start);
    at++;
    return value;
  }

  private String decode(int start, int length) {
    ByteBuffer bytes = ByteBuffer.wrap(text, start, length);
    try {
      return decoder.decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw error("a string that is not UTF-8", start - 1);
    }
  }

  private String unescape(String raw, int start) {
    if (raw.indexOf('\\') < 0) {
      return raw;
    }
    StringBuilder out = new StringBuilder(raw.length());
    int i = 0;
    while (i < raw.length()) {
      char c = raw.charAt(i++);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      char kind = raw.charAt(i++);
      switch (kind) {
        case '"', '\\', '/' -> out.append(kind);
        case 'b' -> out.append('\b');
        case 'f' -> out.append('\f');
        case 'n' -> out.append('\n');
        case 'r' -> out.append('\r');
        case 't' -> out.append('\t');
        case 'u' -> {
          out.append(hex(raw, i, start));
          i += 4;
        }
        default -> throw error("an unknown escape '\\" + kind + "' in the string", start - 1);
      }
    }
    requirePairs(out, start);
    return out.toString();
  }

  private void requirePairs(StringBuilder value, int start) {
    for (int i = 0; i < value.length(); i++) {
      if (Character.isSurrogate(value.charAt(i))) {
        if (i + 1 == value.length()
            || !Character.isSurrogatePair(value.charAt(i), value.charAt(i + 1))) {
          throw error("a surrogate without its partner in the string", start - 1);
        }
        i++;
      }
    }
  }

  private char hex(String raw, int from, int start) {
    int value = 0;
    for (int i = from; i < from + 4; i++) {
      int digit =
          i < raw.length() && raw.charAt(i) < 0x80 ? Character.digit(raw.charAt(i), 16) : -1;
      if (digit < 0) {
        throw error("expected four hexadecimal digits after \\u in the string", start - 1);
      }
      value = value * 16 + digit;
    }
    return (char) value;
  }

  /** Counts heap for a value; refuses texts that would take too much. */
  void charge(long bytes) {
    charged += bytes;
    if (charged > HEAP_BUDGET) {
      throw error("the values take more than " + (HEAP_BUDGET >> 20) + " MiB of heap");
    }
  }

  String describeNext() {
    int next = peek();
    if (atEnd()) {
      return "the end of the text";
    }
    return next > 0x20 && next < 0x7f
        ? "'" + (char) next + "'"
        : String.format("byte 0x%02x", next & 0xff);
  }

  static String shorten(String token) {
    return token.length() <= SHOWN ? token : token.substring(0, SHOWN) + "…";
  }

  JsonException error(String problem) {
    return error(problem, at);
  }

  JsonException error(String problem, int offset) {
    int line = 1;
    int column = 1;
    for (int i = 0; i < offset; i++) {
      if (text[i] == '\n') {
        line++;
        column = 1;
      } else if ((text[i] & 0xc0) != 0x80) { // not inside a character
        column++;
      }
    }
    return new JsonException(problem, offset, line, column);
  }
}
