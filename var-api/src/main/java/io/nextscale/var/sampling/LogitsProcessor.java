package io.nextscale.var.sampling;

/**
 * Changes the logits of a token before it is drawn, set by {@code
 * GenerationRequest.Builder.logitsProcessor}. It runs after guidance and the excluded codes, before
 * temperature, top-k and top-p, which implement this interface too.
 *
 * <pre>{@code
 * LogitsProcessor noSky = (logits, place) -> {
 *   if (place.k() >= 4 && place.row() < place.scale().height() / 2) {
 *     for (int code : skyCodes) {
 *       logits[code] = Float.NEGATIVE_INFINITY; // never drawn here
 *     }
 *   }
 * };
 * }</pre>
 *
 * <p>An image depends on its seed alone only if the processor depends on nothing but its arguments.
 */
@FunctionalInterface
public interface LogitsProcessor {
  /**
   * Changes the logits of one token in place. Several threads call it at once, for different
   * tokens, in any order. An exception ends the generation and reaches its caller. It must not
   * block; a call of a generator from here is refused with an {@link IllegalStateException}.
   *
   * @param logits V values, one for each code; −∞ forbids a code. At least one must be left above
   *     −∞, and none may become NaN or +∞. Valid during the call only
   * @param place of the token
   */
  void process(float[] logits, TokenPlace place);

  /** Runs another processor after this one. */
  default LogitsProcessor andThen(LogitsProcessor next) {
    return (logits, place) -> {
      process(logits, place);
      next.process(logits, place);
    };
  }

  /** Leaves the logits as they are. */
  static LogitsProcessor none() {
    return (logits, place) -> {};
  }
}
