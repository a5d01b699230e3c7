package io.nextscale.var.model;

import io.nextscale.var.config.TokenizerConfig;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scales;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A model without its weights.
 *
 * @param name for people
 * @param tokenizer its hyperparameters
 * @param transformer its hyperparameters
 * @param scales the grids of its token maps that it was trained on
 * @param classNames names of the classes from 0; empty if they have none
 * @param defaults of requests
 */
public record ModelSpec(
    String name,
    TokenizerConfig tokenizer,
    TransformerConfig transformer,
    Scales scales,
    List<String> classNames,
    SamplingDefaults defaults) {
  private static final int FARTHEST = 3;

  /** Checks that the parts fit each other. */
  public ModelSpec {
    classNames = List.copyOf(classNames);
    if (!classNames.isEmpty() && classNames.size() != transformer.classes()) {
      throw new IllegalArgumentException(
          classNames.size() + " class names for " + transformer.classes() + " classes");
    }
    if (tokenizer.hasFreeScales() != transformer.positions().fitAnyScales()) {
      throw new IllegalArgumentException(
          tokenizer.hasFreeScales()
              ? "a FlexVAR tokenizer with the transformer of a VAR model"
              : "a VAR tokenizer with the transformer of a FlexVAR model");
    }
    if (transformer.codeWidth() != tokenizer.codeWidth()
        || transformer.vocabularySize() != tokenizer.vocabularySize()) {
      throw new IllegalArgumentException(
          "the transformer is for codes %dx%d, the tokenizer has %dx%d"
              .formatted(
                  transformer.vocabularySize(),
                  transformer.codeWidth(),
                  tokenizer.vocabularySize(),
                  tokenizer.codeWidth()));
    }
  }

  /** Leaves the transformer out. */
  public TokenizerSpec tokenizerSpec() {
    return new TokenizerSpec(name, tokenizer, scales);
  }

  /** Size of the images that it was trained on, in pixels. */
  public ImageSize imageSize() {
    return tokenizerSpec().imageSize();
  }

  /** Size of the images of other scales, in pixels. */
  public ImageSize imageSize(Scales of) {
    return tokenizerSpec().imageSize(of);
  }

  /** Whether a request may choose its scales; see {@link TokenizerConfig#hasFreeScales}. */
  public boolean hasFreeScales() {
    return tokenizerSpec().hasFreeScales();
  }

  /**
   * Checks that this model takes some scales.
   *
   * @return these scales
   * @throws IllegalArgumentException if it does not
   */
  public Scales requireScales(Scales wanted) {
    tokenizerSpec().requireScales(wanted);
    if (scales.get(0).tokens() != 1 && !wanted.get(0).equals(scales.get(0))) {
      throw new IllegalArgumentException(
          "scales %s: the first must be %s, as in the training".formatted(wanted, scales.get(0)));
    }
    return wanted;
  }

  /**
   * Checks that the tokens of this model can be drawn like this.
   *
   * @return the same sampling
   * @throws IllegalArgumentException naming the argument that does not fit the model
   */
  public Sampling requireSampling(Sampling sampling) {
    if (sampling.smooth() && hasFreeScales()) {
      throw new IllegalArgumentException(
          "smooth: %s is a FlexVAR model; only residual models mix codes".formatted(name));
    }
    return sampling.requireVocabulary(tokenizer.vocabularySize());
  }

  /**
   * Warns of scales that are known to give worse images.
   *
   * @return warnings for people, none if all is well
   */
  public List<String> warnings(Scales wanted) {
    int trained = Math.max(scales.last().height(), scales.last().width());
    if (Math.max(wanted.last().height(), wanted.last().width()) <= FARTHEST * trained) {
      return List.of();
    }
    return List.of(
        ("images of %s are more than %d times the trained %s:"
                + " at such sizes the FlexVAR paper saw wavy artifacts and blurred detail")
            .formatted(imageSize(wanted), FARTHEST, imageSize()));
  }

  /** Id of "no class", the one after the last class. */
  public int noClass() {
    return transformer.classes();
  }

  /**
   * Finds a class.
   *
   * @param label an id from 0 to {@link #noClass}, a name, or a part of one name only; in any case
   * @return the id of the class
   * @throws IllegalArgumentException if there is no such class; lists the names
   */
  public int classId(String label) {
    String wanted = label.strip().toLowerCase(Locale.ROOT);
    if (wanted.matches("\\d{1,9}")) {
      int id = Integer.parseInt(wanted);
      if (id <= noClass()) {
        return id;
      }
      throw new IllegalArgumentException(
          "class %s: expected 0 to %d, or %d for no class"
              .formatted(label, noClass() - 1, noClass()));
    }
    for (int i = 0; i < classNames.size(); i++) {
      if (classNames.get(i).toLowerCase(Locale.ROOT).equals(wanted)) {
        return i;
      }
    }
    List<Integer> partial = new ArrayList<>();
    for (int i = 0; i < classNames.size(); i++) {
      if (!wanted.isEmpty() && classNames.get(i).toLowerCase(Locale.ROOT).contains(wanted)) {
        partial.add(i);
      }
    }
    if (partial.size() == 1) {
      return partial.getFirst();
    }
    throw new IllegalArgumentException(
        "class \"%s\": %s"
            .formatted(
                label,
                classNames.isEmpty()
                    ? "this model's classes have numbers only, 0 to " + (noClass() - 1)
                    : "not one of " + String.join(", ", classNames)));
  }

  /** Name of a class, or its id where it has none. */
  public String className(int id) {
    return id == noClass() ? "no class" : classNames.isEmpty() ? "class " + id : classNames.get(id);
  }
}
