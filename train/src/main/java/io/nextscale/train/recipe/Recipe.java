package io.nextscale.train.recipe;

import io.nextscale.train.adversary.PatchConfig;
import io.nextscale.train.data.Augmentation;
import io.nextscale.train.data.ImageShape;
import io.nextscale.train.tokenizer.Critics;
import io.nextscale.train.tokenizer.TokenizerRecipe;
import io.nextscale.train.transformer.TransformerRecipe;
import io.nextscale.var.model.ModelSpec;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a model is trained from images: all that is not a matter of the machine.
 *
 * @param source the recipe as it was read, by key; kept with what is made by it
 * @param model its configuration; number and names of classes are those of the data
 * @param data where the images come from and how they are changed
 * @param tokenizerShare of a time that is given for all, what the tokenizer takes
 * @param tokenizer the tokenizer's numbers
 * @param tokenizerKeeps which of its weights are used
 * @param adversary that the tokenizer is trained against, if any
 * @param transformer the transformer's numbers
 * @param transformerKeeps which of its weights are used
 */
public record Recipe(
    Map<?, ?> source,
    ModelSpec model,
    Data data,
    double tokenizerShare,
    TokenizerRecipe tokenizer,
    Keep tokenizerKeeps,
    @Nullable Discriminator adversary,
    TransformerRecipe transformer,
    Keep transformerKeeps) {

  /** Which weights of a training are used. */
  public enum Keep {
    /** Those that did best on held-out images. */
    BEST,
    /** The last ones. */
    LAST
  }

  /**
   * Where images come from.
   *
   * @param fetch the script that brings them, for messages; empty if there is none
   * @param folder of training images
   * @param heldOut folder of images to evaluate on; empty: every 20th of the training images
   * @param shape how they become squares
   * @param flip probability of a flip
   * @param unflipped names of classes that are never flipped
   * @param scale largest change of size
   * @param shift largest shift in pixels
   * @param hue largest rotation of colours in radians
   * @param contrast largest change of contrast
   */
  public record Data(
      String fetch,
      String folder,
      String heldOut,
      ImageShape shape,
      double flip,
      List<String> unflipped,
      double scale,
      int shift,
      double hue,
      double contrast) {
    /**
     * Checks the ranges of the augmentation.
     *
     * @throws IllegalArgumentException naming the number that is out of range
     */
    public Data {
      unflipped = List.copyOf(unflipped);
      Augmentation.requireRanges(flip, scale, shift, hue, contrast);
    }
  }

  /**
   * An adversary of the tokenizer.
   *
   * @param network its architecture
   * @param numbers how it takes part
   */
  public record Discriminator(PatchConfig network, Critics.Numbers numbers) {}

  /** Checks the share. */
  public Recipe {
    if (!(tokenizerShare > 0 && tokenizerShare < 1)) {
      throw new IllegalArgumentException(
          "tokenizer_share " + tokenizerShare + ": expected between 0 and 1");
    }
  }
}
