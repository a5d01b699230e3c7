package io.nextscale.var.model;

import io.nextscale.var.scale.Scales;
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
 * @param scales the grids of its token maps
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

  /** Checks that the parts fit each other. */
  public ModelSpec {
    classNames = List.copyOf(classNames);
    if (!classNames.isEmpty() && classNames.size() != transformer.classes()) {
      throw new IllegalArgumentException(
          classNames.size() + " class names for " + transformer.classes() + " classes");
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

  /** Height of its pictures in pixels. */
  public int imageHeight() {
    return scales.last().height() * tokenizer.downsampling();
  }

  /** Width of its pictures in pixels. */
  public int imageWidth() {
    return scales.last().width() * tokenizer.downsampling();
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
