package io.nextscale.var.checkpoint;

import org.jspecify.annotations.Nullable;

/**
 * The choice between several sets of weights in one file, such as a transformer and its tokenizer
 * in a checkpoint of VAR's trainer, or the last weights and their moving average.
 *
 * @param key the keys of the dicts around the weights, joined by dots, such as {@code ema}; {@code
 *     flat} for the outermost dict; null for the usual keys in their order
 * @param tensor name of a tensor that the weights have, if there are several; null for the first
 *     weights
 */
public record WeightChoice(@Nullable String key, @Nullable String tensor) {
  /** The first weights under a usual key. */
  public static final WeightChoice FIRST = new WeightChoice(null, null);

  /** The weights under a key. */
  public static WeightChoice at(String key) {
    return new WeightChoice(key, null);
  }

  /** The first weights with a tensor; if none have it, the first of all. */
  public static WeightChoice having(String tensor) {
    return new WeightChoice(null, tensor);
  }

  /** Returns the same choice under a key; unchanged if the key is null. */
  public WeightChoice orAt(@Nullable String other) {
    return other == null ? this : new WeightChoice(other, tensor);
  }
}
