package io.nextscale.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The schema of an operator: its arguments and results, in order.
 *
 * @param text as libtorch prints it
 * @param name with namespace and overload, as {@code aten::mul.Tensor}
 */
record Schema(String text, String name, List<Argument> arguments, List<Item> results) {
  /** The type of a value without list and optional. */
  enum Type {
    TENSOR("Tensor"),
    INTEGER("int"),
    REAL("float"),
    BOOL("bool"),
    TEXT("str"),
    SCALAR("Scalar"),
    DTYPE("ScalarType"),
    DEVICE("Device"),
    LAYOUT("Layout"),
    MEMORY_FORMAT("MemoryFormat"),
    GENERATOR("Generator"),
    /** Any other, which cannot be given: a class, a stream, a storage. */
    OTHER("");

    private final String word;

    Type(String word) {
      this.word = word;
    }

    private static Type of(String word) {
      if (word.equals("SymInt")) {
        return INTEGER;
      }
      for (Type type : values()) {
        if (type.word.equals(word)) {
          return type;
        }
      }
      return OTHER;
    }
  }

  /**
   * The type of an argument or a result.
   *
   * @param text as in the schema, such as {@code Tensor?[]}
   * @param list whether it is a list of values
   * @param size of a list that one number may stand for, or 0
   * @param optionalItems whether values of the list may be absent
   * @param optional whether it may be absent
   * @param written whether its memory is written
   * @param alias names of the memory that it shares, empty for none
   */
  record Item(
      String text,
      Type type,
      boolean list,
      int size,
      boolean optionalItems,
      boolean optional,
      boolean written,
      String alias) {

    /** Whether the types are equal, whatever is written. */
    boolean isLike(Item other) {
      return type == other.type && list == other.list && optional == other.optional;
    }
  }

  /**
   * An argument.
   *
   * @param name its name
   * @param type its type
   * @param initial the text of its default, or null if it must be given
   * @param keyword whether it stands after the {@code *} of the schema
   */
  record Argument(String name, Item type, @Nullable String initial, boolean keyword) {}

  private static final Pattern LINE = Pattern.compile("([\\w:.]+)\\((.*)\\) -> (.+)");
  private static final Pattern ALIAS = Pattern.compile("\\(([a-z|*> -]+)(!?)[a-z|*> -]*\\)");
  private static final Pattern TYPE = Pattern.compile("([\\w.]+)(\\?)?(?:(\\[(\\d*)\\])(\\?)?)?");

  static Schema parse(String text) {
    Matcher line = LINE.matcher(text);
    if (!line.matches()) {
      throw new IllegalArgumentException("schema \"%s\": expected NAME(…) -> …".formatted(text));
    }
    List<Argument> arguments = new ArrayList<>();
    boolean keyword = false;
    for (String part : parts(line.group(2))) {
      if (part.equals("*")) {
        keyword = true;
      } else {
        arguments.add(argument(part, keyword));
      }
    }
    String results = line.group(3);
    List<Item> items = new ArrayList<>();
    for (String part :
        parts(results.startsWith("(") ? results.substring(1, results.length() - 1) : results)) {
      items.add(item(part.split(" (?=\\w+$)")[0]));
    }
    return new Schema(text, line.group(1), List.copyOf(arguments), List.copyOf(items));
  }

  private static Argument argument(String part, boolean keyword) {
    int equals = part.indexOf('=');
    String declared = equals < 0 ? part : part.substring(0, equals);
    int space = declared.lastIndexOf(' ');
    return new Argument(
        declared.substring(space + 1),
        item(declared.substring(0, space)),
        equals < 0 ? null : part.substring(equals + 1),
        keyword);
  }

  private static Item item(String text) {
    Matcher alias = ALIAS.matcher(text);
    boolean named = alias.find();
    boolean written = named && !alias.group(2).isEmpty();
    String memory = named ? alias.group(1) : "";
    String plain = alias.reset().replaceAll("");
    Matcher type = TYPE.matcher(plain);
    if (!type.matches()) {
      return new Item(plain, Type.OTHER, false, 0, false, false, written, memory);
    }
    boolean list = type.group(3) != null;
    boolean mark = type.group(2) != null;
    String size = type.group(4);
    return new Item(
        plain,
        Type.of(type.group(1)),
        list,
        size == null || size.isEmpty() ? 0 : Integer.parseInt(size),
        list && mark,
        list ? type.group(5) != null : mark,
        written,
        memory);
  }

  /** Splits at the commas outside of brackets and quotes. */
  private static List<String> parts(String text) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    boolean quoted = false;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && (c == '(' || c == '[')) {
        depth++;
      } else if (!quoted && (c == ')' || c == ']')) {
        depth--;
      } else if (c == ',' && depth == 0 && !quoted) {
        parts.add(text.substring(start, i).strip());
        start = i + 1;
      }
    }
    String last = text.substring(start).strip();
    if (!last.isEmpty()) {
      parts.add(last);
    }
    return parts;
  }

  /** The name without the overload. */
  String base() {
    int dot = name.indexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  @Override
  public String toString() {
    return text;
  }
}
