package io.nextscale.var.checkpoint;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The choice between several sets of weights in one file, such as a transformer and its tokenizer
 * in a checkpoint of VAR's trainer, or the last weights and their moving average.
 *
 * @param key the keys of the dicts around the weights, joined by dots, such as {@code ema}; {@code
 *     flat} for the outermost dict; null for the usual keys in their order
 * @param tensors names of tensors of which the weights have one, if there are several sets of
 *     weights; empty for the first weights
 */
public record WeightChoice(@Nullable String key, List<String> tensors) {
  /** Copies the list. */
  public WeightChoice {
    Objects.requireNonNull(tensors, "tensors");
    tensors = List.copyOf(tensors);
  }

  /** The first weights under a usual key. */
  public static final WeightChoice FIRST = new WeightChoice(null, List.of());

  /** The weights under a key. */
  public static WeightChoice at(String key) {
    Objects.requireNonNull(key, "key");
    return new WeightChoice(key, List.of());
  }

  /** The first weights with one of these tensors; if none have it, the first of all. */
  public static WeightChoice having(String... tensors) {
    Objects.requireNonNull(tensors, "tensors");
    return new WeightChoice(null, List.of(tensors));
  }

  /** Returns the same choice under a key; unchanged if the key is null. */
  public WeightChoice orAt(@Nullable String other) {
    return other == null ? this : new WeightChoice(other, tensors);
  }

  /** Whether a set of weights has one of the tensors. */
  boolean accepts(Set<String> names) {
    return tensors.stream().anyMatch(names::contains);
  }
}
