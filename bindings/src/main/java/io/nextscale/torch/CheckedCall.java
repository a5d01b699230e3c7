package io.nextscale.torch;

import io.nextscale.torch.Schema.Argument;
import io.nextscale.torch.Schema.Item;
import io.nextscale.torch.Schema.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A call of an operator that anybody names. The arguments are compared with its schema, since
 * libtorch would take a number for an address; tensors that it writes are checked here, whatever
 * the operator.
 */
final class CheckedCall {
  // written in training, though the schemas do not say so
  private static final Set<String> STATISTICS = Set.of("running_mean", "running_var");

  private final Schema schema;
  private final @Nullable Object[] values;
  private final List<Tensor> temporaries = new ArrayList<>();
  private final List<Tensor> targets = new ArrayList<>();

  private CheckedCall(Schema schema, @Nullable Object[] values) {
    this.schema = schema;
    this.values = values;
  }

  static Results run(
      Operator operator,
      Schema schema,
      Map<String, @Nullable Object> named,
      @Nullable Object[] given) {
    @Nullable Object[] values = Arguments.bind(schema, named, given);
    Schema callable = Arguments.withoutScalars(schema, values);
    if (callable != schema) {
      operator = Operator.named(callable.name());
    }
    CheckedCall call = new CheckedCall(callable, values);
    try {
      return call.run(operator);
    } finally {
      call.temporaries.forEach(Tensor::close);
    }
  }

  private Results run(Operator operator) {
    TensorScope.innermost();
    for (Item result : schema.results()) {
      if (result.type() == Type.OTHER || result.type() == Type.SCALAR) {
        throw new IllegalArgumentException(
            "operator %s: a result of type %s has no Java type".formatted(operator, result.text()));
      }
    }
    List<Argument> arguments = schema.arguments();
    for (int i = 0; i < values.length; i++) {
      values[i] = Arguments.converted(schema, arguments.get(i), values[i]);
    }
    @Nullable Object[] passed = values.clone();
    for (int i = 0; i < passed.length; i++) {
      if (passed[i] instanceof Number || passed[i] instanceof Boolean) {
        if (arguments.get(i).type().type() == Type.TENSOR) {
          if (arguments.get(i).type().written()) {
            throw Arguments.wrong(schema, arguments.get(i), values[i]);
          }
          passed[i] = temporary(Promotion.tensor(passed[i], values));
        }
      }
    }
    for (int i = 0; i < passed.length; i++) {
      prepareWrite(arguments.get(i), passed, i);
    }
    if (schema.base().equals("aten::scaled_dot_product_attention")) {
      Shapes.requireAttention((Tensor) passed[0], (Tensor) passed[1], (Tensor) passed[2]);
    }
    if (schema.base().equals("mkldnn::_convolution_pointwise")) {
      Convolutions.requireCall(passed);
    } else if (schema.base().equals("mkldnn::_reorder_convolution_weight")) {
      Convolutions.requirePacking(passed);
    }
    if (schema.base().endsWith("matrix_power") && passed[1] instanceof Long power) {
      requireOpposite(power);
    }
    CallStack stack = operator.call();
    for (int i = 0; i < passed.length; i++) {
      Arguments.note(stack, arguments.get(i).type(), passed[i]);
    }
    @Nullable Object[] results = stack.results(schema.results());
    return new Results(schema, withTargets(results));
  }

  /** libtorch negates a negative power, and does not return if that is negative again. */
  private void requireOpposite(long power) {
    if (power == Long.MIN_VALUE) {
      throw new IllegalArgumentException(
          "operator %s: power %s: expected at least %s"
              .formatted(schema.name(), power, -Long.MAX_VALUE));
    }
  }

  private Tensor temporary(Tensor tensor) {
    temporaries.add(tensor);
    return tensor;
  }

  /** Refuses read-only memory; puts a tensor in the place of a target that cannot be resized. */
  private void prepareWrite(Argument argument, @Nullable Object[] passed, int index) {
    boolean written = argument.type().written() || STATISTICS.contains(argument.name());
    if (!written) {
      return;
    }
    if (passed[index] instanceof List<?> list) {
      list.forEach(item -> InPlace.writable((Tensor) item));
    } else if (passed[index] instanceof Tensor target) {
      InPlace.writable(target);
      boolean out = argument.type().written() && argument.keyword();
      if (out && target.device().type() != Device.Type.META) {
        requireApart(target, passed, index);
        targets.add(target);
        passed[index] = temporary(TensorFactory.fixed(target));
      }
    }
    if (argument.type().list() && argument.type().written() && argument.keyword()) {
      throw new IllegalArgumentException(
          "operator %s: targets in a list are not taken; use the overload without"
              .formatted(schema.name()));
    }
  }

  /** Refuses a target that shares memory with another argument: libtorch could not tell. */
  private void requireApart(Tensor target, @Nullable Object[] passed, int index) {
    for (int i = 0; i < passed.length; i++) {
      if (i == index) {
        continue;
      }
      List<?> others = passed[i] instanceof List<?> list ? list : Arrays.asList(passed[i]);
      for (Object other : others) {
        if (other instanceof Tensor tensor && MemoryRange.of(target).overlaps(tensor)) {
          throw new IllegalArgumentException(
              "the target of %s shares memory with %s: expected memory of its own"
                  .formatted(schema.name(), schema.arguments().get(i).name()));
        }
      }
    }
  }

  /** Returns results with the tensors that were given as targets, or changed, in their places. */
  private @Nullable Object[] withTargets(@Nullable Object[] results) {
    List<TensorMemory> memories = new ArrayList<>();
    for (Object value : values) {
      ResultMemory.collect(value, memories);
    }
    for (int i = 0; i < values.length; i++) {
      Argument argument = schema.arguments().get(i);
      if (!(values[i] instanceof Tensor target) || !argument.type().written()) {
        continue;
      }
      ResultMemory.extend(target, memories);
      for (int k = 0; k < results.length; k++) {
        Item item = schema.results().get(k);
        if (item.written()
            && item.alias().equals(argument.type().alias())
            && results[k] instanceof Tensor result) {
          requireShape(target, result);
          result.close();
          results[k] = target;
        }
      }
    }
    return results;
  }

  private void requireShape(Tensor target, Tensor result) {
    if (!Arrays.equals(target.shape(), result.shape())) {
      throw new IllegalArgumentException(
          "the target of %s has the shape %s: expected that of the result, %s"
              .formatted(
                  schema.name(), Arrays.toString(target.shape()), Arrays.toString(result.shape())));
    }
  }
}
