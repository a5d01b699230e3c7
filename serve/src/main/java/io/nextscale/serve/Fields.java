package io.nextscale.serve;

import io.nextscale.var.json.Json;
import io.nextscale.var.json.JsonException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a request: of a JSON object, of a form or of a query. Those in the object {@value
 * #OWN} count as fields of the request, since clients of OpenAI's API can send neither others in a
 * query nor objects in a form.
 */
final class Fields {
  /** The object with the fields that OpenAI's API does not have. */
  static final String OWN = "nextscale";

  private static final int LONGEST_TEXT = 32_000;

  private final Map<String, Object> values = new LinkedHashMap<>();

  /** Reads a JSON object. */
  static Fields ofJson(byte[] body) {
    Fields fields = new Fields();
    fields.addAll("body", parse("body", body));
    return fields;
  }

  /** Adds the fields of a query; those that are there win. */
  Fields addQuery(@Nullable String query) {
    if (query != null) {
      for (String pair : query.split("&")) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
        }
      }
    }
    return this;
  }

  /** Adds a field of a form; one that is there wins. */
  void put(String name, String value) {
    if (name.equals(OWN)) {
      addAll(OWN, parse(OWN, value.getBytes(StandardCharsets.UTF_8)));
    } else {
      values.putIfAbsent(name, value);
    }
  }

  private void addAll(String where, @Nullable Object object) {
    if (!(object instanceof Map<?, ?> map)) {
      throw ApiException.invalid(where, where + ": expected a JSON object");
    }
    map.forEach(
        (key, value) -> {
          if (OWN.equals(key)) {
            addAll(OWN, value);
          } else if (value != null) {
            values.putIfAbsent(key.toString(), value);
          }
        });
  }

  private static @Nullable Object parse(String where, byte[] utf8) {
    try {
      return Json.parse(utf8);
    } catch (JsonException e) {
      throw ApiException.invalid(
          where, "%s is not valid JSON: %s".formatted(where, e.getMessage()));
    }
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw ApiException.invalid("query", "the query of the address is not valid: " + shown(text));
    }
  }

  /** A text; empty if it is not given. */
  Optional<String> text(String name) {
    Object value = values.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof String text && text.length() <= LONGEST_TEXT) {
      return Optional.of(text);
    }
    throw wrong(name, value, "a text of at most %s characters".formatted(LONGEST_TEXT));
  }

  /** A text that must be one of several. */
  Optional<String> choice(String name, String... allowed) {
    Optional<String> given = text(name).map(text -> text.toLowerCase(Locale.ROOT));
    given.ifPresent(
        text -> {
          if (!List.of(allowed).contains(text)) {
            throw wrong(name, text, "one of " + String.join(", ", allowed));
          }
        });
    return given;
  }

  /** An integer. */
  OptionalLong integer(String name, long least, long greatest) {
    Object value = values.get(name);
    if (value == null) {
      return OptionalLong.empty();
    }
    try {
      long number =
          switch (value) {
            case Long integer -> integer;
            case String text -> Long.parseLong(text.strip());
            default -> throw new NumberFormatException();
          };
      if (number >= least && number <= greatest) {
        return OptionalLong.of(number);
      }
    } catch (NumberFormatException e) {
      // the message below says what is wrong
    }
    throw wrong(name, value, "an integer from %s to %s".formatted(least, greatest));
  }

  /** A number. */
  OptionalDouble number(String name) {
    Object value = values.get(name);
    if (value == null) {
      return OptionalDouble.empty();
    }
    try {
      double number =
          switch (value) {
            case Number given -> given.doubleValue();
            case String text -> Double.parseDouble(text.strip());
            default -> throw new NumberFormatException();
          };
      if (Double.isFinite(number)) {
        return OptionalDouble.of(number);
      }
    } catch (NumberFormatException e) {
      // the message below says what is wrong
    }
    throw wrong(name, value, "a number");
  }

  /** A truth value; false if it is not given. */
  boolean flag(String name) {
    return switch (values.get(name)) {
      case null -> false;
      case Boolean flag -> flag;
      case String text when text.equalsIgnoreCase("true") -> true;
      case String text when text.equalsIgnoreCase("false") -> false;
      case Object value -> throw wrong(name, value, "true or false");
    };
  }

  /** A list of integers. */
  long[] integers(String name, int most) {
    if (values.get(name) instanceof List<?> list && list.size() <= most) {
      return list.stream()
          .mapToLong(
              item -> {
                if (item instanceof Long number) {
                  return number;
                }
                throw wrong(name, item, "a list of integers");
              })
          .toArray();
    }
    throw ApiException.invalid(
        name, "%s: expected a list of at most %s integers".formatted(name, most));
  }

  private static ApiException wrong(String name, @Nullable Object value, String expected) {
    return ApiException.invalid(
        name, "%s %s: expected %s".formatted(name, shown(String.valueOf(value)), expected));
  }

  private static String shown(String value) {
    int end = value.offsetByCodePoints(0, Math.min(60, value.codePointCount(0, value.length())));
    String text = end < value.length() ? value.substring(0, end) + "…" : value;
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
