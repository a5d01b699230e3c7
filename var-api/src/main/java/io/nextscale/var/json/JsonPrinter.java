package io.nextscale.var.json;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes Java values as JSON without white space. */
final class JsonPrinter {
  private final StringBuilder out;

  JsonPrinter(StringBuilder out) {
    this.out = out;
  }

  void print(@Nullable Object value, int depth) {
    if (depth > JsonParser.MAX_DEPTH) {
      throw new IllegalArgumentException(
          "value: more than %s nested values, or one inside itself"
              .formatted(JsonParser.MAX_DEPTH));
    }
    switch (value) {
      case null -> out.append("null");
      case Boolean b -> out.append(b.booleanValue());
      case CharSequence s -> string(s);
      case Number n -> number(n);
      case Map<?, ?> map -> object(map, depth);
      case Iterable<?> items -> array(items, depth);
      default ->
          throw new IllegalArgumentException(
              "value: JSON has no %s: %s".formatted(value.getClass().getName(), value));
    }
  }

  private void object(Map<?, ?> map, int depth) {
    char separator = '{';
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof CharSequence key)) {
        throw new IllegalArgumentException("value: a key that is no string: " + entry.getKey());
      }
      out.append(separator);
      string(key);
      out.append(':');
      print(entry.getValue(), depth + 1);
      separator = ',';
    }
    out.append(map.isEmpty() ? "{}" : "}");
  }

  private void array(Iterable<?> items, int depth) {
    out.append('[');
    boolean first = true;
    for (Object item : items) {
      if (!first) {
        out.append(',');
      }
      print(item, depth + 1);
      first = false;
    }
    out.append(']');
  }

  private void number(Number number) {
    if (!Double.isFinite(number.doubleValue())) {
      throw new IllegalArgumentException("value: JSON has no number " + number);
    }
    out.append(number);
  }

  private void string(CharSequence text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c == '\n') {
        out.append("\\n");
      } else if (c < 0x20 || c == 0x7f) {
        out.append(String.format("\\u%04x", (int) c));
      } else if (!Character.isSurrogate(c)) {
        out.append(c);
      } else if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        out.append(c).append(text.charAt(++i));
      } else {
        throw new IllegalArgumentException("value: a surrogate without its partner in a string");
      }
    }
    out.append('"');
  }
}
