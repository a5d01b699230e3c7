package io.nextscale.torch;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An operator of libtorch, called by name: the way to every operator that {@link Layers}, {@link
 * Functional} and the classes beside them do not have.
 *
 * <pre>{@code
 * private static final Operator TOPK = Operator.named("topk").with("largest", false);
 *
 * Results smallest = TOPK.apply(x, 3); // topk(Tensor self, SymInt k, int dim=-1, …)
 * Tensor values = smallest.tensor(0);
 * Tensor indices = smallest.tensor(1);
 * }</pre>
 *
 * <p>A call is compared with the operator's schema before libtorch sees it, so that a wrong one is
 * an exception. Arguments are given in the order of the schema; those left out have its defaults.
 * Java's types for them:
 *
 * <table>
 * <caption>Types of arguments</caption>
 * <tr><th>schema</th><th>Java</th></tr>
 * <tr><td>Tensor</td><td>{@link Tensor}; a number or boolean, which takes part in type promotion as in
 *     PyTorch</td></tr>
 * <tr><td>Tensor[], Tensor?[]</td><td>list or array of tensors, null for an absent one</td></tr>
 * <tr><td>int, SymInt</td><td>Integer, Long, Short, Byte</td></tr>
 * <tr><td>int[], int[2]</td><td>array or list of them; one number stands for all of a sized list</td></tr>
 * <tr><td>float, float[]</td><td>any number; array or list</td></tr>
 * <tr><td>bool, bool[3]</td><td>Boolean; array or list</td></tr>
 * <tr><td>str</td><td>String</td></tr>
 * <tr><td>ScalarType, Device, MemoryFormat</td><td>{@link DType}, {@link Device}, {@link
 *     MemoryFormat}</td></tr>
 * <tr><td>Scalar</td><td>number or boolean, where the operator has an overload with a tensor instead:
 *     libtorch's C ABI cannot take a Scalar</td></tr>
 * <tr><td>any with ?</td><td>null</td></tr>
 * </table>
 *
 * <p>A tensor that the operator writes must not be read-only. A target ({@code out}) has the shape
 * of the result, shares no memory with the other arguments, and is never resized. Operators that
 * change the shape of an existing tensor, or that can end the process, are refused.
 */
public final class Operator {
  // of this class loader, not global: it is freed when the operators are forgotten
  private static final Arena NAMES = Arena.ofAuto();

  private final String displayName;
  private final String fullName;
  private final MemorySegment name;
  private final MemorySegment overload;
  private final Map<String, @Nullable Object> named;
  private @Nullable Schema schema;

  private Operator(String fullName) {
    int dot = fullName.indexOf('.', fullName.indexOf("::"));
    this.fullName = fullName;
    this.displayName = fullName.startsWith("aten::") ? fullName.substring(6) : fullName;
    this.name = NAMES.allocateFrom(dot < 0 ? fullName : fullName.substring(0, dot));
    this.overload = NAMES.allocateFrom(dot < 0 ? "" : fullName.substring(dot + 1));
    this.named = Map.of();
  }

  private Operator(Operator other, Map<String, @Nullable Object> named) {
    this.fullName = other.fullName;
    this.displayName = other.displayName;
    this.name = other.name;
    this.overload = other.overload;
    this.schema = other.schema;
    this.named = named;
  }

  /**
   * Names an operator; the first call fails if libtorch has none of this name.
   *
   * @param name name in ATen with the overload, if there is one, such as {@code matmul} and {@code
   *     mul.Tensor}; or with a namespace: {@code mkldnn::_linear_pointwise}
   */
  public static Operator named(String name) {
    if (name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("operator name with a character 0");
    }
    return new Operator(name.contains("::") ? name : "aten::" + name);
  }

  /** Names an overload, such as {@code mul} and {@code Tensor} for {@code aten::mul.Tensor}. */
  public static Operator named(String name, String overload) {
    return named(overload.isEmpty() ? name : name + "." + overload);
  }

  /** Lists the names of all operators that libtorch has, with namespace and overload. */
  public static List<String> names() {
    return SchemaTable.names();
  }

  /**
   * Returns this operator with an argument that every call passes, such as {@code largest} or
   * {@code out}.
   *
   * @param argument name in the schema
   * @throws IllegalArgumentException if the schema has no such argument
   */
  public Operator with(String argument, @Nullable Object value) {
    Schema known = requireSchema();
    if (known.arguments().stream().noneMatch(a -> a.name().equals(argument))) {
      throw new IllegalArgumentException(
          "argument %s of an operator without it: %s".formatted(argument, known));
    }
    Map<String, @Nullable Object> all = new LinkedHashMap<>(named);
    all.put(argument, value);
    return new Operator(this, all);
  }

  /**
   * Calls the operator. Its results join the innermost scope of the thread.
   *
   * @param arguments the first ones of the schema that {@link #with} has not set
   * @throws IllegalArgumentException if there is no such operator, or the arguments do not agree
   *     with its schema
   * @throws IllegalStateException if a tensor is closed or may not be written, or no scope is open
   * @throws TorchException if libtorch refuses
   */
  public Results apply(@Nullable Object @Nullable ... arguments) {
    // the compiler takes apply(null) for a call without an array
    @Nullable Object[] given = arguments == null ? new @Nullable Object[1] : arguments;
    return CheckedCall.run(this, requireSchema(), named, given);
  }

  /**
   * Returns the schema as libtorch writes it.
   *
   * @throws IllegalArgumentException if there is no such operator, or Java must not call it
   */
  public String schema() {
    return requireSchema().text();
  }

  private Schema requireSchema() {
    Schema known = schema;
    if (known == null) {
      known = SchemaTable.require(fullName);
      schema = known;
    }
    return known;
  }

  /**
   * Begins a call whose arguments nothing compares with the schema, for operators of this package;
   * OperatorsTest does. A thread has one call at a time.
   */
  CallStack call() {
    return NativeCall.ofThisThread().stack().begin(this);
  }

  MemorySegment name() {
    return name;
  }

  MemorySegment overload() {
    return overload;
  }

  /** Name and overload as in {@code mul.Tensor}. */
  @Override
  public String toString() {
    return displayName;
  }
}
