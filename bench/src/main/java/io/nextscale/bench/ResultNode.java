package io.nextscale.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An object of a JSON result; what is asked for and is not there is an error that names it. */
record ResultNode(Map<?, ?> map) {

  /** As an object. */
  static ResultNode of(@Nullable Object value, String name) {
    if (value instanceof Map<?, ?> map) {
      return new ResultNode(map);
    }
    throw new IllegalArgumentException("\"" + name + "\": expected an object");
  }

  /** As a list of objects. */
  static List<ResultNode> listOf(@Nullable Object value, String name) {
    if (!(value instanceof List<?> list)) {
      throw new IllegalArgumentException("\"" + name + "\": expected a list");
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

  String text(String key) {
    if (map.get(key) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("\"" + key + "\": expected a text");
  }

  double number(String key) {
    if (map.get(key) instanceof Number number) {
      return number.doubleValue();
    }
    throw new IllegalArgumentException("\"" + key + "\": expected a number");
  }
}
