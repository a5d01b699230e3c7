package io.nextscale.var.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JSON object of a configuration with typed access; errors name source, key and value. */
record ConfigObject(String source, Map<?, ?> values) {

  static ConfigObject of(String source, @Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return new ConfigObject(source, map);
    }
    throw new ModelException(source + ": expected a JSON object, found " + value);
  }

  boolean has(String key) {
    return values.get(key) != null;
  }

  ConfigObject object(String key) {
    return of(source + ": " + key, required(key));
  }

  private Object required(String key) {
    Object value = values.get(key);
    if (value == null) {
      throw new ModelException(source + ": the key \"" + key + "\" is missing");
    }
    return value;
  }

  int integer(String key) {
    return asInteger(key, required(key));
  }

  int integer(String key, int otherwise) {
    return has(key) ? integer(key) : otherwise;
  }

  private int asInteger(String key, @Nullable Object value) {
    if (value instanceof Long number && number == number.intValue()) {
      return number.intValue();
    }
    throw wrong(key, value, "a whole number");
  }

  List<Integer> integers(String key) {
    if (!(required(key) instanceof List<?> list) || list.isEmpty()) {
      throw wrong(key, values.get(key), "a list of whole numbers");
    }
    List<Integer> result = new ArrayList<>();
    for (Object value : list) {
      result.add(asInteger(key, value));
    }
    return result;
  }

  double number(String key, double otherwise) {
    Object value = values.get(key);
    return switch (value) {
      case null -> otherwise;
      case Long whole -> whole;
      case Double real -> real;
      default -> throw wrong(key, value, "a number");
    };
  }

  boolean flag(String key, boolean otherwise) {
    Object value = values.get(key);
    return switch (value) {
      case null -> otherwise;
      case Boolean flag -> flag;
      default -> throw wrong(key, value, "true or false");
    };
  }

  String text(String key, String otherwise) {
    Object value = values.get(key);
    return switch (value) {
      case null -> otherwise;
      case String text -> text;
      default -> throw wrong(key, value, "a text");
    };
  }

  List<String> texts(String key) {
    if (!has(key)) {
      return List.of();
    }
    List<String> result = new ArrayList<>();
    if (values.get(key) instanceof List<?> list) {
      for (Object value : list) {
        result.add(value instanceof String text ? text : String.valueOf(value));
      }
      return result;
    }
    throw wrong(key, values.get(key), "a list of texts");
  }

  private ModelException wrong(String key, @Nullable Object value, String expected) {
    return new ModelException(source + ": " + key + " is " + value + ", expected " + expected);
  }
}
