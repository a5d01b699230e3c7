package io.nextscale.var.model;

import io.nextscale.var.generate.Sampling;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.tokenizer.QuantizerConfig;
import io.nextscale.var.tokenizer.TokenizerConfig;
import io.nextscale.var.transformer.TransformerConfig;
import java.util.List;
import java.util.Locale;

/**
 * Everything about a model except its weights.
 *
 * @param name for people
 * @param tokenizer its numbers
 * @param transformer its numbers
 * @param scales the grids of its token maps; if it takes others too, those it was trained on
 * @param classNames names of the classes from 0, or empty if they have none
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
    boolean groundTruth = tokenizer.quantizer() instanceof QuantizerConfig.GroundTruth;
    if (groundTruth != transformer.positionGrid() > 0) {
      throw new IllegalArgumentException(
          groundTruth
              ? "a FlexVAR tokenizer with the transformer of a VAR model"
              : "a VAR tokenizer with the transformer of a FlexVAR model");
    }
    if (transformer.codeWidth() != tokenizer.codeWidth()
        || transformer.vocabularySize() != tokenizer.vocabularySize()) {
      throw new IllegalArgumentException(
          "the transformer is for codes "
              + transformer.vocabularySize()
              + "x"
              + transformer.codeWidth()
              + ", the tokenizer has "
              + tokenizer.vocabularySize()
              + "x"
              + tokenizer.codeWidth());
    }
  }

  /** The same without the transformer. */
  public TokenizerSpec tokenizerSpec() {
    return new TokenizerSpec(name, tokenizer, scales);
  }

  /** Size of its images; if it makes others too, of those it was trained on. */
  public ImageSize imageSize() {
    return tokenizerSpec().imageSize();
  }

  /** Size of the images of some scales. */
  public ImageSize imageSize(Scales of) {
    return tokenizerSpec().imageSize(of);
  }

  /** Whether a request may choose its scales: each describes the whole image (FlexVAR). */
  public boolean hasFreeScales() {
    return tokenizerSpec().hasFreeScales();
  }

  /**
   * Checks that this model can have some scales.
   *
   * @throws IllegalArgumentException otherwise
   */
  public Scales requireScales(Scales wanted) {
    tokenizerSpec().requireScales(wanted);
    if (scales.get(0).tokens() != 1 && !wanted.get(0).equals(scales.get(0))) {
      throw new IllegalArgumentException(
          "scales " + wanted + ": the first must be " + scales.get(0) + ", as in the training");
    }
    return wanted;
  }

  /**
   * Checks that tokens can be drawn like this.
   *
   * @throws IllegalArgumentException naming what this model does not have
   */
  public Sampling requireSampling(Sampling sampling) {
    if (sampling.smooth() && hasFreeScales()) {
      throw new IllegalArgumentException(
          "smooth: " + name + " is a FlexVAR model; only residual models mix codes");
    }
    return sampling.requireVocabulary(tokenizer.vocabularySize());
  }

  /**
   * What is known to go wrong with some scales.
   *
   * @return warnings for people, none if all is well
   */
  public List<String> warnings(Scales wanted) {
    int trained = Math.max(scales.last().height(), scales.last().width());
    if (Math.max(wanted.last().height(), wanted.last().width()) <= FARTHEST * trained) {
      return List.of();
    }
    return List.of(
        "images of "
            + imageSize(wanted)
            + " are more than "
            + FARTHEST
            + " times the trained "
            + imageSize()
            + ": at such sizes the FlexVAR paper saw wavy artifacts and blurred detail");
  }

  /** The number that stands for "no class". */
  public int noClass() {
    return transformer.classes();
  }

  /**
   * The number of a class.
   *
   * @param label a number from 0 to the number of classes (no class), or a name
   * @throws IllegalArgumentException if there is no such class; suggests names
   */
  public int classId(String label) {
    String wanted = label.strip().toLowerCase(Locale.ROOT);
    if (wanted.matches("\\d{1,9}")) {
      int id = Integer.parseInt(wanted);
      if (id <= noClass()) {
        return id;
      }
      throw new IllegalArgumentException(
          "class "
              + label
              + ": expected 0 to "
              + (noClass() - 1)
              + ", or "
              + noClass()
              + " for no class");
    }
    for (int i = 0; i < classNames.size(); i++) {
      if (classNames.get(i).toLowerCase(Locale.ROOT).equals(wanted)) {
        return i;
      }
    }
    List<Integer> partial = new java.util.ArrayList<>();
    for (int i = 0; i < classNames.size(); i++) {
      if (!wanted.isEmpty() && classNames.get(i).toLowerCase(Locale.ROOT).contains(wanted)) {
        partial.add(i);
      }
    }
    if (partial.size() == 1) {
      return partial.getFirst();
    }
    throw new IllegalArgumentException(
        "class \""
            + label
            + "\": "
            + (classNames.isEmpty()
                ? "this model's classes have numbers only, 0 to " + (noClass() - 1)
                : "not one of " + String.join(", ", classNames)));
  }

  /** Name of a class, or its number where it has none. */
  public String className(int id) {
    return id == noClass() ? "no class" : classNames.isEmpty() ? "class " + id : classNames.get(id);
  }
}
