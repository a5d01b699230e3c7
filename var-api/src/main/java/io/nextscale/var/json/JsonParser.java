package io.nextscale.var.json;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Parses the structure of a JSON text by recursive descent; {@link JsonScanner} reads the tokens.
 */
final class JsonParser {
  /** Deepest nesting of objects and arrays. */
  static final int MAX_DEPTH = 64;

  // bytes of heap for a value, growth included
  private static final int LIST_COST = 80;
  private static final int ITEM_COST = 16;
  private static final int MAP_COST = 160;
  private static final int ENTRY_COST = 64;

  private final JsonScanner in;

  JsonParser(byte[] utf8) {
    this.in = new JsonScanner(utf8);
  }

  @Nullable Object document() {
    in.skipSpace();
    Object value = value(0);
    in.skipSpace();
    if (!in.atEnd()) {
      throw in.error("expected the end of the text, found " + in.describeNext());
    }
    return value;
  }

  private @Nullable Object value(int depth) {
    return switch (in.peek()) {
      case '{' -> object(depth + 1);
      case '[' -> array(depth + 1);
      case '"' -> in.string();
      case 't' -> in.literal("true", true);
      case 'f' -> in.literal("false", false);
      case 'n' -> in.literal("null", null);
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> in.number();
      default -> throw in.error("expected a value, found " + in.describeNext());
    };
  }

  private Map<String, @Nullable Object> object(int depth) {
    enter(depth);
    in.charge(MAP_COST);
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    in.expect('{');
    in.skipSpace();
    if (!in.accept('}')) {
      do {
        in.skipSpace();
        int start = in.position();
        String key = in.string();
        if (map.containsKey(key)) {
          throw in.error("duplicate key \"" + JsonScanner.shorten(key) + "\"", start);
        }
        in.charge(ENTRY_COST);
        in.skipSpace();
        in.expect(':');
        in.skipSpace();
        map.put(key, value(depth));
        in.skipSpace();
      } while (in.accept(','));
      in.expect('}');
    }
    return Collections.unmodifiableMap(map);
  }

  private List<@Nullable Object> array(int depth) {
    enter(depth);
    in.charge(LIST_COST);
    List<@Nullable Object> list = new ArrayList<>();
    in.expect('[');
    in.skipSpace();
    if (!in.accept(']')) {
      do {
        in.skipSpace();
        in.charge(ITEM_COST);
        list.add(value(depth));
        in.skipSpace();
      } while (in.accept(','));
      in.expect(']');
    }
    return Collections.unmodifiableList(list);
  }

  private void enter(int depth) {
    if (depth > MAX_DEPTH) {
      throw in.error("more than " + MAX_DEPTH + " nested values");
    }
  }
}
