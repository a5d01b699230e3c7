package io.nextscale.var.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object of a configuration with typed access; errors name source, key and value.
 *
 * @param source name for messages
 * @param values by key, as {@link io.nextscale.var.json.Json#parse} gives them
 */
public record ConfigObject(String source, Map<?, ?> values) {

  /**
   * A parsed JSON value that is to be an object.
   *
   * @throws ModelException if it is none
   */
  public static ConfigObject of(String source, @Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return new ConfigObject(source, map);
    }
    throw new ModelException(source + ": expected a JSON object, found " + value);
  }

  /** Whether there is a value that is not null. */
  public boolean has(String key) {
    return values.get(key) != null;
  }

  /**
   * An object in this one.
   *
   * @throws ModelException if it is missing or something else; so do all others
   */
  public ConfigObject object(String key) {
    return of(source + ": " + key, required(key));
  }

  private Object required(String key) {
    Object value = values.get(key);
    if (value == null) {
      throw new ModelException(source + ": the key \"" + key + "\" is missing");
    }
    return value;
  }

  /** A whole number that must be there. */
  public int integer(String key) {
    return asInteger(key, required(key));
  }

  /** A whole number, or another one where there is none. */
  public int integer(String key, int otherwise) {
    return has(key) ? integer(key) : otherwise;
  }

  private int asInteger(String key, @Nullable Object value) {
    if (value instanceof Long number && number == number.intValue()) {
      return number.intValue();
    }
    throw wrong(key, value, "a whole number");
  }

  /** Whole numbers, at least one. */
  public List<Integer> integers(String key) {
    if (!(required(key) instanceof List<?> list) || list.isEmpty()) {
      throw wrong(key, values.get(key), "a list of whole numbers");
    }
    List<Integer> result = new ArrayList<>();
    for (Object value : list) {
      result.add(asInteger(key, value));
    }
    return result;
  }

  /** A number. */
  public double number(String key, double otherwise) {
    Object value = values.get(key);
    return switch (value) {
      case null -> otherwise;
      case Long whole -> whole;
      case Double real -> real;
      default -> throw wrong(key, value, "a number");
    };
  }

  /** True or false. */
  public boolean flag(String key, boolean otherwise) {
    Object value = values.get(key);
    return switch (value) {
      case null -> otherwise;
      case Boolean flag -> flag;
      default -> throw wrong(key, value, "true or false");
    };
  }

  /** A text. */
  public String text(String key, String otherwise) {
    Object value = values.get(key);
    return switch (value) {
      case null -> otherwise;
      case String text -> text;
      default -> throw wrong(key, value, "a text");
    };
  }

  /** Texts, none if the key is missing. */
  public List<String> texts(String key) {
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

  /**
   * Checks that there are no others than some keys: a misspelt one would be passed over in silence.
   *
   * @throws ModelException naming the first other
   */
  public ConfigObject requireOnly(String... keys) {
    List<String> known = List.of(keys);
    for (Object key : values.keySet()) {
      if (!known.contains(key)) {
        throw new ModelException(source + ": unknown key \"" + key + "\"; there are " + known);
      }
    }
    return this;
  }

  private ModelException wrong(String key, @Nullable Object value, String expected) {
    return new ModelException(source + ": " + key + " is " + value + ", expected " + expected);
  }
}
