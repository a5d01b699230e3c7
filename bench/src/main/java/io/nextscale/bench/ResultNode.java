package io.nextscale.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object of a JSON result. Each method that reads a key throws an {@link
 * IllegalArgumentException} that names the key where it is missing or has another type.
 *
 * @param map values by key
 */
record ResultNode(Map<?, ?> map) {

  /**
   * Takes a value as an object.
   *
   * @param name name of the value in an error message
   * @throws IllegalArgumentException if the value is no object
   */
  static ResultNode of(@Nullable Object value, String name) {
    if (value instanceof Map<?, ?> map) {
      return new ResultNode(map);
    }
    throw new IllegalArgumentException("\"%s\": expected an object".formatted(name));
  }

  /**
   * Takes a value as a list of objects.
   *
   * @param name name of the value in an error message
   * @throws IllegalArgumentException if the value is no list of objects
   */
  static List<ResultNode> listOf(@Nullable Object value, String name) {
    if (!(value instanceof List<?> list)) {
      throw new IllegalArgumentException("\"%s\": expected a list".formatted(name));
    }
    List<ResultNode> nodes = new ArrayList<>();
    for (Object item : list) {
      nodes.add(of(item, name));
    }
    return nodes;
  }

  boolean has(String key) {
    return map.get(key) != null;
  }

  ResultNode node(String key) {
    return of(map.get(key), key);
  }

  List<ResultNode> nodes(String key) {
    return listOf(map.get(key), key);
  }

  List<String> texts(String key) {
    if (map.get(key) instanceof List<?> list) {
      return list.stream().map(String::valueOf).toList();
    }
    throw new IllegalArgumentException("\"%s\": expected a list".formatted(key));
  }

  String text(String key) {
    if (map.get(key) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("\"%s\": expected a text".formatted(key));
  }

  double number(String key) {
    if (map.get(key) instanceof Number number) {
      return number.doubleValue();
    }
    throw new IllegalArgumentException("\"%s\": expected a number".formatted(key));
  }
}
