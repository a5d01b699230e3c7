package io.nextscale.var.nn;

import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Tensor;
import io.nextscale.var.checkpoint.WeightSource;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.LongToDoubleFunction;
import java.util.function.Predicate;

/**
 * Initial weights, drawn by rules on their keys. Every key has a stream of random numbers of its
 * own, so a weight does not depend on the order of reading.
 *
 * @param name for messages
 * @param stream gives the random numbers of a key, the same at every call
 * @param rules in order; the first that accepts a key draws its weight
 */
public record InitialWeights(
    String name, Function<String, SplittableRandom> stream, List<Rule> rules)
    implements WeightSource {

  /** Copies the list. */
  public InitialWeights {
    rules = List.copyOf(rules);
  }

  /**
   * Rule that draws the weights of some keys.
   *
   * @param keys accepts the keys
   * @param distribution draws their elements
   */
  public record Rule(Predicate<String> keys, Distribution distribution) {
    /** Applies to keys that end with a text. */
    public static Rule ending(String end, Distribution distribution) {
      return new Rule(key -> key.endsWith(end), distribution);
    }

    /** Applies to keys that contain a text. */
    public static Rule containing(String part, Distribution distribution) {
      return new Rule(key -> key.contains(part), distribution);
    }

    /** Applies to all keys that no earlier rule accepts. */
    public static Rule others(Distribution distribution) {
      return new Rule(key -> true, distribution);
    }
  }

  @Override
  public Path origin() {
    return Path.of(name);
  }

  @Override
  public Set<String> keys() {
    return Set.of();
  }

  @Override
  public Optional<Tensor> get(String key, long... shape) {
    return rules.stream()
        .filter(rule -> rule.keys().test(key))
        .findFirst()
        .map(rule -> draw(rule.distribution(), key, shape));
  }

  private Tensor draw(Distribution distribution, String key, long... shape) {
    Tensor weight = Tensor.empty(DType.FLOAT32, Device.CPU, shape);
    MemorySegment values = weight.segment();
    long count = values.byteSize() / Float.BYTES;
    LongToDoubleFunction elements = distribution.elements(stream.apply(key), shape);
    for (long i = 0; i < count; i++) {
      values.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) elements.applyAsDouble(i));
    }
    return weight;
  }
}
