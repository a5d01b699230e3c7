package io.nextscale.var.model;

import io.nextscale.var.config.TokenizerConfig;
import io.nextscale.var.config.TransformerConfig;
import io.nextscale.var.sampling.ClassifierFreeGuidance;
import io.nextscale.var.sampling.Guidance;
import io.nextscale.var.sampling.Sampling;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scales;
import java.util.List;
import java.util.Objects;

/**
 * Configuration of a model: everything but its weights. Immutable.
 *
 * @param name for people
 * @param tokenizer hyperparameters of the tokenizer
 * @param transformer hyperparameters of the transformer
 * @param scales the scales of its training; the only ones, unless {@link #hasFreeScales}
 * @param classNames names of the classes from 0; empty if they have none
 * @param defaults guidance and sampling of requests that give none
 */
public record ModelSpec(
    String name,
    TokenizerConfig tokenizer,
    TransformerConfig transformer,
    Scales scales,
    List<String> classNames,
    SamplingDefaults defaults) {
  private static final int FARTHEST = 3;

  /**
   * Checks that the parts fit each other.
   *
   * @throws IllegalArgumentException naming the parts that do not
   */
  public ModelSpec {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(tokenizer, "tokenizer");
    Objects.requireNonNull(transformer, "transformer");
    Objects.requireNonNull(scales, "scales");
    Objects.requireNonNull(classNames, "classNames");
    Objects.requireNonNull(defaults, "defaults");
    classNames = List.copyOf(classNames);
    if (!classNames.isEmpty() && classNames.size() != transformer.classes()) {
      throw new IllegalArgumentException(
          "%s class names for %s classes".formatted(classNames.size(), transformer.classes()));
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
          "the transformer is for codes %sx%s, the tokenizer has %sx%s"
              .formatted(
                  transformer.vocabularySize(),
                  transformer.codeWidth(),
                  tokenizer.vocabularySize(),
                  tokenizer.codeWidth()));
    }
  }

  /** Configuration of the tokenizer alone. */
  public TokenizerSpec tokenizerSpec() {
    return new TokenizerSpec(name, tokenizer, scales);
  }

  /** Size of the images of {@link #scales}, in pixels. */
  public ImageSize imageSize() {
    return tokenizerSpec().imageSize();
  }

  /** Size of the images of given scales, in pixels. */
  public ImageSize imageSize(Scales of) {
    return tokenizerSpec().imageSize(of);
  }

  /** Whether a request may choose its scales; see {@link TokenizerConfig#hasFreeScales}. */
  public boolean hasFreeScales() {
    return tokenizerSpec().hasFreeScales();
  }

  /**
   * Checks that this model takes given scales.
   *
   * @return the same scales
   * @throws IllegalArgumentException if it does not take them
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
   * Checks that a sampling fits this model.
   *
   * @return the same sampling
   * @throws IllegalArgumentException naming the argument that does not fit the model
   */
  public Sampling requireSampling(Sampling sampling) {
    if (sampling.smooth() && !tokenizer.quantizer().takesMixtures()) {
      throw new IllegalArgumentException(
          "smooth: the quantizer of %s takes no mixture of codes; only residual ones do"
              .formatted(name));
    }
    return sampling.requireVocabulary(tokenizer.vocabularySize());
  }

  /**
   * Checks that a guidance fits this model.
   *
   * @return the same guidance
   * @throws IllegalArgumentException if it has an interval of tokens, and this is no raster model;
   *     or if it changes from scale to scale, and this is one
   */
  public Guidance requireGuidance(Guidance guidance) {
    if (guidance.interval().isPresent() && transformer.network().scaleByScale()) {
      throw new IllegalArgumentException(
          "cfg-interval %s: %s predicts scale by scale; only raster models take an interval"
              .formatted(guidance.interval().getAsInt(), name));
    }
    if (!transformer.network().scaleByScale()
        && guidance instanceof ClassifierFreeGuidance classifierFree) {
      requireWithoutScales(classifierFree);
    }
    return guidance;
  }

  /** A raster model has one scale: nothing can change from scale to scale. */
  private void requireWithoutScales(ClassifierFreeGuidance guidance) {
    if (guidance.form() == ClassifierFreeGuidance.Form.RAMP && guidance.isActive()) {
      throw new IllegalArgumentException(
          "guidance ramp: %s predicts token by token; expected constant".formatted(name));
    }
    if (guidance.maxPatchNumber().isPresent()) {
      throw new IllegalArgumentException(
          "max-pn %s: %s predicts token by token; only models of scales take a largest grid"
              .formatted(guidance.maxPatchNumber().getAsInt(), name));
    }
  }

  /**
   * Checks that this model can be forced to given tokens, as edits do.
   *
   * @throws IllegalArgumentException if this is a raster model
   */
  public void requireEdits() {
    if (!transformer.network().scaleByScale()) {
      throw new IllegalArgumentException(
          "edits: %s is a raster model, it generates whole images only".formatted(name));
    }
  }

  /**
   * Warns of scales that are known to give worse images.
   *
   * @return sentences for people; empty if all is well
   */
  public List<String> warnings(Scales wanted) {
    int trained = Math.max(scales.last().height(), scales.last().width());
    if (Math.max(wanted.last().height(), wanted.last().width()) <= FARTHEST * trained) {
      return List.of();
    }
    return List.of(
        ("images of %s are more than %s times the trained %s:"
                + " at such sizes the FlexVAR paper saw wavy artifacts and blurred detail")
            .formatted(imageSize(wanted), FARTHEST, imageSize()));
  }

  /** Id of "no class": the number of classes. */
  public int noClass() {
    return transformer.classes();
  }

  /**
   * Finds the id of a class.
   *
   * @param label an id from 0 to {@link #noClass}; or, in upper or lower case, a name, one of
   *     several names of a class, or a part of the names of one class only. Classes of ImageNet
   *     have all names of WordNet, and its ids
   * @throws UnknownClassException if there is no such class, which lists names, or there are
   *     several, which lists their ids
   */
  public int classId(String label) {
    return new ClassNames(classNames, noClass()).id(label);
  }

  /** Whether a text is a whole name of a class, or one of its several names. */
  public boolean hasClassName(String text) {
    return new ClassNames(classNames, noClass()).has(text);
  }

  /**
   * Names a class for people: {@code no class}, its name, or {@code class 7} where it has none.
   *
   * @param id 0 to {@link #noClass}
   */
  public String className(int id) {
    return id == noClass() ? "no class" : classNames.isEmpty() ? "class " + id : classNames.get(id);
  }
}
