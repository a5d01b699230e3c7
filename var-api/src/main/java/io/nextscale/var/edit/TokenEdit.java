package io.nextscale.var.edit;

import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.ScaleSelection;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import java.util.Arrays;
import java.util.Objects;

/**
 * Starts from token maps: continues from the tokens of the first scales, or generates anew where
 * given tokens are not kept. Images that were generated before are edited without the encoder.
 *
 * <pre>{@code
 * GenerationResult first = generator.generate(GenerationRequest.of("bird").build());
 * // the same bird in its first four scales, with other details
 * GenerationRequest.of("bird").seed(1).edit(TokenEdit.keeping(first.tokens(), 4)).build();
 * }</pre>
 *
 * @param tokens one image for each class of the request, or one for all; at the scales of the
 *     generation, or at its first scales only
 * @param keep the tokens that are kept, at scales that are given
 */
public record TokenEdit(TokenMaps tokens, KeptTokens keep) implements Edit {
  /** Takes both. */
  public TokenEdit {
    Objects.requireNonNull(tokens, "tokens");
    Objects.requireNonNull(keep, "keep");
  }

  /**
   * Keeps the first scales whole and generates the others.
   *
   * @param count number of kept scales, at least 1 and at most as many as are given
   * @throws IllegalArgumentException if it is out of range
   */
  public static TokenEdit keeping(TokenMaps tokens, int count) {
    Objects.requireNonNull(tokens, "tokens");
    int given = tokens.scales().count();
    if (count < 1 || count > given) {
      throw new IllegalArgumentException(
          "kept scales %s: expected 1 to %s, the scales of the token maps".formatted(count, given));
    }
    return new TokenEdit(tokens, new FirstScales(count));
  }

  /** Continues from token maps of the first scales: keeps all of them. */
  public static TokenEdit continuing(TokenMaps tokens) {
    Objects.requireNonNull(tokens, "tokens");
    return keeping(tokens, tokens.scales().count());
  }

  @Override
  public int count() {
    return tokens.batch();
  }

  /**
   * Called by the engine: chooses the scales of the request, else the given ones if the model takes
   * them, else the model's own.
   */
  @Override
  public Scales scales(ModelSpec spec, ScaleSelection selection) {
    Scales given = tokens.scales();
    boolean free = selection.equals(ScaleSelection.none()) && !begins(spec.scales());
    Scales scales = free ? spec.requireScales(given) : selection.of(spec);
    if (!begins(scales)) {
      throw new IllegalArgumentException(
          "token maps of the scales %s: expected those of the generation, %s, or the first of them"
              .formatted(given, scales));
    }
    return scales;
  }

  private boolean begins(Scales scales) {
    int given = tokens.scales().count();
    return given <= scales.count()
        && tokens.scales().list().equals(scales.list().subList(0, given));
  }

  /** Called by the engine: checks the tokens, and that only given ones are kept. */
  @Override
  public KeptTokens kept(ModelSpec spec, Scales scales) {
    tokens.requireVocabulary(spec.tokenizer().vocabularySize());
    return (all, k) -> {
      boolean[] kept = keep.at(all, k);
      if (k < tokens.scales().count()) {
        return kept;
      }
      for (boolean token : kept) {
        if (token) {
          throw new IllegalArgumentException(
              "tokens of scale %s (%s) are kept, given are the scales %s"
                  .formatted(k, all.get(k), tokens.scales()));
        }
      }
      return kept;
    };
  }

  /**
   * Extends the token maps to the scales of a generation, by tokens that are not kept. Called by
   * the engine.
   */
  public TokenMaps at(Scales scales) {
    if (scales.equals(tokens.scales())) {
      return tokens;
    }
    long[][] all =
        Arrays.stream(tokens.tokens())
            .map(image -> Arrays.copyOf(image, scales.tokens()))
            .toArray(long[][]::new);
    return new TokenMaps(scales, all);
  }
}
