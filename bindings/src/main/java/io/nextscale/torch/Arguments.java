package io.nextscale.torch;

import io.nextscale.torch.Schema.Argument;
import io.nextscale.torch.Schema.Item;
import io.nextscale.torch.Schema.Type;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Java's values as arguments of a schema. */
final class Arguments {
  /** Stands for the default of an argument that was not given. */
  private static final Object DEFAULT = new Object();

  private Arguments() {}

  /** Returns a value for each argument of the schema, {@link #DEFAULT} if it was not given. */
  static @Nullable Object[] bind(
      Schema schema, Map<String, @Nullable Object> named, @Nullable Object[] given) {
    List<Argument> arguments = schema.arguments();
    @Nullable Object[] values = new @Nullable Object[arguments.size()];
    int next = 0;
    for (int i = 0; i < values.length; i++) {
      String name = arguments.get(i).name();
      if (named.containsKey(name)) {
        values[i] = named.get(name);
      } else if (next < given.length) {
        values[i] = given[next++];
      } else {
        values[i] = DEFAULT;
      }
    }
    if (next < given.length) {
      throw new IllegalArgumentException(
          "%s arguments, %s of them by name: expected at most %s, as in %s%s"
              .formatted(
                  given.length + named.size(),
                  named.size(),
                  values.length,
                  schema,
                  otherOverloads(schema)));
    }
    return values;
  }

  private static String otherOverloads(Schema schema) {
    List<String> others =
        SchemaTable.overloads(schema.base()).stream()
            .filter(name -> !name.equals(schema.name()))
            .toList();
    return others.isEmpty() ? "" : "; other overloads: " + String.join(", ", others);
  }

  /**
   * Returns the schema itself if no Scalar is given, else the overload that has tensors instead.
   *
   * @throws IllegalArgumentException if there is none
   */
  static Schema withoutScalars(Schema schema, @Nullable Object[] values) {
    List<Argument> arguments = schema.arguments();
    for (int i = 0; i < values.length; i++) {
      Argument argument = arguments.get(i);
      boolean absent =
          argument.type().optional()
              && (values[i] == null || values[i] == DEFAULT && "None".equals(argument.initial()));
      if (argument.type().type() == Type.SCALAR && !argument.type().list() && !absent) {
        Schema other = SchemaTable.withoutScalars(schema);
        if (other == null) {
          throw new IllegalArgumentException(
              "operator %s: its argument %s is a Scalar, which libtorch's C ABI cannot take, and no overload has a tensor instead; it has %s"
                  .formatted(
                      schema.name(),
                      argument.name(),
                      String.join(", ", SchemaTable.overloads(schema.base()))));
        }
        setDefaults(schema, values);
        return other;
      }
    }
    return schema;
  }

  /** Puts the defaults of a schema in, before another takes its place. */
  private static void setDefaults(Schema schema, @Nullable Object[] values) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] == DEFAULT) {
        values[i] = initial(schema, schema.arguments().get(i));
      }
    }
  }

  /**
   * Returns a value in the form in which it is noted: an own list, an array of long, double or
   * boolean, or one value.
   *
   * @throws IllegalArgumentException if it is not of the argument's type
   */
  static @Nullable Object converted(Schema schema, Argument argument, @Nullable Object given) {
    Object value = given == DEFAULT ? initial(schema, argument) : given;
    Item item = argument.type();
    if (value == null) {
      if (!item.optional()) {
        throw wrong(schema, argument, null);
      }
      return null;
    }
    Object result = item.list() ? list(item, value) : one(item.type(), value);
    if (result == null) {
      throw wrong(schema, argument, value);
    }
    return result;
  }

  /** Makes the exception for a value of another type than the argument's. */
  static IllegalArgumentException wrong(Schema schema, Argument argument, @Nullable Object value) {
    return new IllegalArgumentException(
        "argument %s is %s: expected %s, as in %s"
            .formatted(argument.name(), describe(value), argument.type().text(), schema));
  }

  private static String describe(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case Tensor tensor -> tensor.toString();
      case List<?> list ->
          list.stream()
              .limit(5)
              .map(Arguments::describe)
              .collect(Collectors.joining(", ", "[", list.size() > 5 ? ", …]" : "]"));
      case Object other when other.getClass().isArray() -> other.getClass().getSimpleName();
      case String text -> '"' + Failure.shortened(text) + '"';
      default -> value.getClass().getSimpleName() + " " + Failure.shortened(value.toString());
    };
  }

  private static @Nullable Object one(Type type, Object value) {
    return switch (type) {
      case TENSOR -> value instanceof Tensor || isNumber(value) ? value : null;
      case INTEGER ->
          value instanceof Number number && isInteger(value) ? number.longValue() : null;
      case REAL ->
          isNumber(value) && !(value instanceof Boolean) ? ((Number) value).doubleValue() : null;
      case BOOL -> value instanceof Boolean ? value : null;
      case TEXT -> value instanceof String ? value : null;
      case DTYPE -> value instanceof DType || value instanceof Code ? value : null;
      case DEVICE -> value instanceof Device ? value : null;
      case MEMORY_FORMAT -> value instanceof MemoryFormat || value instanceof Code ? value : null;
      case LAYOUT -> value instanceof Code ? value : null;
      case SCALAR, GENERATOR, OTHER -> null;
    };
  }

  private static boolean isInteger(Object value) {
    return value instanceof Integer
        || value instanceof Long
        || value instanceof Short
        || value instanceof Byte;
  }

  private static boolean isNumber(Object value) {
    return isInteger(value)
        || value instanceof Double
        || value instanceof Float
        || value instanceof Boolean;
  }

  private static @Nullable Object list(Item item, Object value) {
    List<@Nullable Object> items = new ArrayList<>();
    if (value instanceof List<?> list) {
      items.addAll(list);
    } else if (value.getClass().isArray()) {
      for (int i = 0; i < Array.getLength(value); i++) {
        items.add(Array.get(value, i));
      }
    } else if (item.size() > 0) {
      for (int i = 0; i < item.size(); i++) {
        items.add(value);
      }
    } else {
      return null;
    }
    for (int i = 0; i < items.size(); i++) {
      Object given = items.get(i);
      Object converted = given == null ? null : one(item.type(), given);
      boolean tensor = converted instanceof Tensor || item.type() != Type.TENSOR;
      if (given == null ? !item.optionalItems() : converted == null || !tensor) {
        return null;
      }
      items.set(i, converted);
    }
    return switch (item.type()) {
      case TENSOR -> items;
      case INTEGER -> items.stream().mapToLong(i -> (Long) i).toArray();
      case REAL -> items.stream().mapToDouble(i -> (Double) i).toArray();
      case BOOL -> booleans(item, items);
      case SCALAR -> items.isEmpty() ? new long[0] : null; // libtorch's C ABI cannot take one
      default -> null;
    };
  }

  /** Truth values in a list of fixed size, which libtorch does not check. */
  private static boolean @Nullable [] booleans(Item item, List<@Nullable Object> items) {
    if (item.size() > 0 && items.size() != item.size()) {
      return null;
    }
    boolean[] values = new boolean[items.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Boolean.TRUE.equals(items.get(i));
    }
    return values;
  }

  /** A number of libtorch for a constant, from the default of an argument. */
  private record Code(long value) {}

  private static @Nullable Object initial(Schema schema, Argument argument) {
    String text = argument.initial();
    if (text == null) {
      throw new IllegalArgumentException(
          "argument %s is missing: expected %s, as in %s"
              .formatted(argument.name(), argument.type().text(), schema));
    }
    if (text.equals("None")) {
      return null;
    }
    if (text.startsWith("[")) {
      String inner = text.substring(1, text.length() - 1).strip();
      return inner.isEmpty()
          ? List.of()
          : Arrays.stream(inner.split(", *")).map(t -> value(argument.type().type(), t)).toList();
    }
    return value(argument.type().type(), text);
  }

  private static Object value(Type type, String text) {
    return switch (type) {
      case TEXT ->
          text.substring(1, text.length() - 1)
              .replace("\\\"", "\"")
              .replace("\\'", "'")
              .replace("\\\\", "\\");
      case BOOL -> Boolean.valueOf(text);
      case REAL -> Double.valueOf(text);
      case DTYPE, LAYOUT, MEMORY_FORMAT -> new Code(Long.parseLong(text));
      case SCALAR -> text.contains(".") ? (Object) Double.valueOf(text) : Long.valueOf(text);
      default -> Long.valueOf(text);
    };
  }

  /** Notes a converted value; those of optional types in a box. */
  static void note(CallStack stack, Item item, @Nullable Object value) {
    if (value == null) {
      stack.none();
      return;
    }
    switch (value) {
      case Tensor tensor -> stack.tensor(tensor);
      case Long number -> stack.integer(number);
      case Double number -> stack.real(number);
      case Boolean truth -> stack.bool(truth);
      case String text -> stack.string(text);
      case DType type -> stack.dtype(type);
      case Device device -> stack.device(device);
      case MemoryFormat format -> stack.integer(format.code());
      case Code code -> stack.integer(code.value());
      case long[] values -> stack.integers(values);
      case double[] values -> stack.reals(values);
      case boolean[] values -> stack.bools(values);
      case List<?> list -> tensors(stack, item, list);
      default -> throw new IllegalArgumentException("no argument: " + value);
    }
    if (item.optional()) {
      stack.optional();
    }
  }

  private static void tensors(CallStack stack, Item item, List<?> list) {
    List<@Nullable Tensor> tensors = new ArrayList<>();
    for (Object tensor : list) {
      tensors.add((Tensor) tensor);
    }
    if (item.optionalItems()) {
      stack.optionalTensors(tensors);
    } else {
      stack.tensors(tensors);
    }
  }
}
