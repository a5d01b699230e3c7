package io.nextscale.torch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The schemas of libtorch's operators. libtorch reads arguments as its schema says, whatever was
 * given, and does not tell schemas through its C ABI; so a call is compared with this table first.
 * It holds the operators whose schema is the same in libtorch 2.10 to 2.13. Later versions adapt a
 * call to theirs, since it names the version of its schema.
 */
final class SchemaTable {
  private static final String SCHEMAS = "operators.txt";
  private static final String REFUSED = "refused-operators.txt";

  // names of operators that begin with an underscore and are called nevertheless
  private static final Pattern OPEN =
      Pattern.compile(
          "(aten::(__|_foreach_|_unique).*)|mkldnn::_reorder_(linear|convolution)_weight"
              + "|mkldnn::_convolution_pointwise");

  /** Read at the first use, a few milliseconds. */
  private static final class Lines {
    static final Map<String, String> BY_NAME = new TreeMap<>();
    static final Map<String, String> REASONS = new HashMap<>();

    static {
      for (String line : read(SCHEMAS)) {
        BY_NAME.put(line.substring(0, line.indexOf('(')), line);
      }
      String reason = "";
      for (String line : read(REFUSED)) {
        if (line.startsWith("# ")) {
          reason = line.substring(2);
        } else if (!line.isEmpty()) {
          REASONS.put(line, reason);
        }
      }
    }

    private static List<String> read(String resource) {
      InputStream found = SchemaTable.class.getResourceAsStream(resource);
      try (BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(
                  Objects.requireNonNull(found, resource), StandardCharsets.UTF_8))) {
        return reader.lines().toList();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  // operators of one backend, which those without the prefix call after their checks
  private static final Pattern BACKEND =
      Pattern.compile("aten::(cudnn|fbgemm|miopen|mkldnn|nnpack|quantized|slow|sparse|thnn)_.*");

  private static final Map<String, Schema> PARSED = new ConcurrentHashMap<>();

  private SchemaTable() {}

  /** Returns the names of all operators, with namespace and overload. */
  static List<String> names() {
    return List.copyOf(Lines.BY_NAME.keySet());
  }

  /** Returns the schema of a name with namespace and overload, or null if there is none. */
  static @Nullable Schema find(String name) {
    Schema known = PARSED.get(name);
    if (known == null) {
      String line = Lines.BY_NAME.get(name);
      if (line == null) {
        return null;
      }
      known = Schema.parse(line);
      PARSED.put(name, known);
    }
    return known;
  }

  /**
   * Returns the schema of a name with namespace and overload.
   *
   * @throws IllegalArgumentException if there is none, with the overloads that there are, or if
   *     Java must not call it, with the reason
   */
  static Schema require(String name) {
    Schema schema = find(name);
    if (schema == null) {
      List<String> overloads = overloads(name.contains(".") ? cut(name) : name);
      throw new IllegalArgumentException(
          overloads.isEmpty()
              ? "operator %s: libtorch has none of this name".formatted(name)
              : "operator %s: no such overload; it has %s"
                  .formatted(name, String.join(", ", overloads)));
    }
    String reason = reasonAgainst(schema);
    if (reason != null) {
      throw new IllegalArgumentException("operator %s: %s".formatted(name, reason));
    }
    return schema;
  }

  /** Returns why Java must not call an operator, or null if it may. */
  private static @Nullable String reasonAgainst(Schema schema) {
    String base = schema.base();
    if (base.contains("::_") && !OPEN.matcher(base).matches()) {
      return "it is internal to libtorch, which does not check all of its arguments";
    }
    if (base.contains("_backward") && !base.equals("aten::convolution_backward")) {
      return "it is the derivative of another, which does not check its arguments; use Autograd";
    }
    if (BACKEND.matcher(base).matches()) {
      return "it belongs to one backend of libtorch and does not check all of its arguments";
    }
    String reason = Lines.REASONS.get(schema.name());
    return reason == null ? Lines.REASONS.get(base) : reason;
  }

  private static String cut(String name) {
    return name.substring(0, name.indexOf('.'));
  }

  /** Returns the overloads of a name without overload. */
  static List<String> overloads(String base) {
    List<String> found = new ArrayList<>();
    for (String name : Lines.BY_NAME.keySet()) {
      if (name.equals(base) || name.startsWith(base + ".")) {
        found.add(name);
      }
    }
    return found;
  }

  /**
   * Returns the overload that takes a tensor for each Scalar, or null: the C ABI cannot hand over a
   * Scalar.
   */
  static @Nullable Schema withoutScalars(Schema schema) {
    for (String name : overloads(schema.base())) {
      Schema other = find(name);
      if (other != null && replaces(other, schema)) {
        return other;
      }
    }
    return null;
  }

  private static boolean replaces(Schema other, Schema schema) {
    int count = schema.arguments().size();
    if (other.arguments().size() != count || !other.results().equals(schema.results())) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      Schema.Item given = schema.arguments().get(i).type();
      Schema.Item taken = other.arguments().get(i).type();
      boolean same = given.isLike(taken) && given.written() == taken.written();
      boolean number =
          given.type() == Schema.Type.SCALAR && !given.list() && taken.type() == Schema.Type.TENSOR;
      if (taken.type() == Schema.Type.SCALAR || taken.list() != given.list() || !(same || number)) {
        return false;
      }
    }
    return true;
  }
}
