package io.nextscale.var.model;

import io.nextscale.var.check.Shown;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * JSON object of a configuration with typed access. Errors name source, key and value.
 *
 * @param source name of the configuration, for messages
 * @param values by key, as {@link io.nextscale.var.json.Json#parse} gives them
 */
public record ConfigObject(String source, Map<?, ?> values) {
  /** Checks that no component is null. */
  public ConfigObject {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(values, "values");
  }

  /**
   * Takes a parsed JSON value.
   *
   * @param source name of the configuration, for messages
   * @throws ModelException if the value is no object
   */
  public static ConfigObject of(String source, @Nullable Object value) {
    Objects.requireNonNull(source, "source");
    if (value instanceof Map<?, ?> map) {
      return new ConfigObject(source, map);
    }
    throw new ModelException(
        source + ": expected a JSON object, found " + Shown.name(String.valueOf(value)));
  }

  /** Whether the key has a value that is not null. */
  public boolean has(String key) {
    return values.get(key) != null;
  }

  /**
   * Reads an object.
   *
   * @throws ModelException if the key is missing or its value is no object
   */
  public ConfigObject object(String key) {
    return of(source + ": " + key, required(key));
  }

  /** Returns the object of a key, or an empty one if the key is missing. */
  ConfigObject optionalObject(String key) {
    return has(key) ? object(key) : new ConfigObject(source, Map.of());
  }

  private Object required(String key) {
    Object value = values.get(key);
    if (value == null) {
      throw new ModelException(source + ": the key \"" + key + "\" is missing");
    }
    return value;
  }

  /**
   * Reads a whole number.
   *
   * @throws ModelException if the key is missing or its value is no whole number
   */
  public int integer(String key) {
    return asInteger(key, required(key));
  }

  /**
   * Reads a whole number, {@code otherwise} if the key is missing.
   *
   * @throws ModelException if the value is no whole number
   */
  public int integer(String key, int otherwise) {
    return has(key) ? integer(key) : otherwise;
  }

  private int asInteger(String key, @Nullable Object value) {
    if (value instanceof Long number && number == number.intValue()) {
      return number.intValue();
    }
    throw wrong(key, value, "a whole number");
  }

  /**
   * Reads a list of whole numbers.
   *
   * @throws ModelException if the key is missing or its value is no such list, or empty
   */
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

  /** Gives a whole number to a setter, if the key has one. */
  void ifInteger(String key, IntConsumer setter) {
    if (has(key)) {
      setter.accept(integer(key));
    }
  }

  /** Gives a number to a setter, if the key has one. */
  void ifNumber(String key, DoubleConsumer setter) {
    if (has(key)) {
      setter.accept(number(key));
    }
  }

  /** Gives true or false to a setter, if the key has one. */
  void ifFlag(String key, Consumer<Boolean> setter) {
    if (has(key)) {
      setter.accept(flag(key, false));
    }
  }

  /** Reads a number. */
  double number(String key) {
    return asNumber(key, required(key));
  }

  /**
   * Reads a number, {@code otherwise} if the key is missing.
   *
   * @throws ModelException if the value is no number
   */
  public double number(String key, double otherwise) {
    return has(key) ? number(key) : otherwise;
  }

  private double asNumber(String key, Object value) {
    return switch (value) {
      case Long whole -> whole;
      case Double real -> real;
      default -> throw wrong(key, value, "a number");
    };
  }

  /**
   * Reads true or false, {@code otherwise} if the key is missing.
   *
   * @throws ModelException if the value is neither
   */
  public boolean flag(String key, boolean otherwise) {
    Object value = values.get(key);
    return switch (value) {
      case null -> otherwise;
      case Boolean flag -> flag;
      default -> throw wrong(key, value, "true or false");
    };
  }

  /** Reads a text, if the key has one. */
  Optional<String> text(String key) {
    return has(key) ? Optional.of(text(key, "")) : Optional.empty();
  }

  /**
   * Reads a text, {@code otherwise} if the key is missing.
   *
   * @throws ModelException if the value is no text
   */
  public String text(String key, String otherwise) {
    Object value = values.get(key);
    return switch (value) {
      case null -> otherwise;
      case String text -> text;
      default -> throw wrong(key, value, "a text");
    };
  }

  /** Whether the value of a key is this text. */
  public boolean is(String key, String text) {
    return text.equals(values.get(key));
  }

  /**
   * Reads a list of texts, none if the key is missing. Other elements of the list become texts.
   *
   * @throws ModelException if the value is no list
   */
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
   * Checks that there are no other keys, so that a misspelt one does not go unnoticed.
   *
   * @param keys known keys
   * @return this object
   * @throws ModelException naming the first unknown key
   */
  public ConfigObject requireOnly(String... keys) {
    List<String> known = List.of(keys);
    for (Object key : values.keySet()) {
      if (!known.contains(key)) {
        throw new ModelException(
            "%s: unknown key \"%s\"; there are %s".formatted(source, key, known));
      }
    }
    return this;
  }

  private ModelException wrong(String key, @Nullable Object value, String expected) {
    return new ModelException(
        "%s: %s is %s, expected %s"
            .formatted(source, key, Shown.name(String.valueOf(value)), expected));
  }
}
