package io.nextscale.var.json;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes JSON (RFC 8259) as plain Java values.
 *
 * <p>Objects are {@code Map<String, Object>} in the order of the text, arrays {@code List<Object>},
 * both unmodifiable; strings {@code String}; numbers without fraction and exponent {@code Long},
 * others {@code Double}; {@code true} and {@code false} {@code Boolean}; {@code null} is null.
 *
 * <p>Beside invalid texts, these are refused: duplicate keys, integers beyond 64 bits, numbers
 * beyond the doubles, invalid UTF-8, unpaired surrogates, more than {@value JsonParser#MAX_DEPTH}
 * nested values, and texts whose values would take more than about 20 MiB of heap.
 */
public final class Json {
  private Json() {}

  /**
   * Reads one value.
   *
   * @throws JsonException if the text is not valid or too large
   */
  public static @Nullable Object parse(CharSequence text) {
    try {
      ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[utf8.remaining()];
      utf8.get(bytes);
      return parse(bytes);
    } catch (CharacterCodingException e) {
      throw new JsonException("a surrogate without its partner in the text", 0, 1, 1);
    }
  }

  /**
   * Reads one value from UTF-8.
   *
   * @throws JsonException if the text is not valid or too large
   */
  public static @Nullable Object parse(byte[] utf8) {
    return new JsonParser(utf8).document();
  }

  /**
   * Reads one value from UTF-8, which is copied to the heap.
   *
   * @throws JsonException if the text is not valid or too large
   */
  public static @Nullable Object parse(MemorySegment utf8) {
    return parse(utf8.toArray(ValueLayout.JAVA_BYTE));
  }

  /**
   * Writes a value on one line.
   *
   * @param value null, or a Boolean, CharSequence, Number (finite), Map with CharSequence keys, or
   *     Iterable of such values
   * @throws IllegalArgumentException for anything else, and for values that contain themselves
   */
  public static String write(@Nullable Object value) {
    StringBuilder out = new StringBuilder();
    new JsonPrinter(out).print(value, 0);
    return out.toString();
  }
}
