package io.nextscale.train.recipe;

import io.nextscale.train.adversary.PatchConfig;
import io.nextscale.train.data.Augmentation;
import io.nextscale.train.data.ImageDataException;
import io.nextscale.train.data.ImageShape;
import io.nextscale.train.tokenizer.Critics;
import io.nextscale.train.tokenizer.TokenizerRecipe;
import io.nextscale.train.transformer.TransformerRecipe;
import io.nextscale.var.check.Check;
import io.nextscale.var.model.ModelSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The architecture, images and hyperparameters of a training, whatever machine runs it.
 *
 * @param source the recipe as it was read, by key; kept with the trained model
 * @param model its configuration; number and names of classes are those of the data
 * @param data origin and augmentation of the images
 * @param tokenizerShare share of the whole time that the tokenizer takes, above 0 and below 1
 * @param tokenizer hyperparameters of the tokenizer
 * @param tokenizerKeeps which of its weights are used
 * @param adversary trained against the tokenizer, if any
 * @param transformer hyperparameters of the transformer
 * @param transformerKeeps which of its weights are used
 * @param fidSamples images that are generated at each evaluation of the transformer for their
 *     Fréchet distance from held-out ones; 0 leaves it out
 */
public record Recipe(
    Map<?, ?> source,
    ModelSpec model,
    Data data,
    double tokenizerShare,
    TokenizerRecipe tokenizer,
    Keep tokenizerKeeps,
    Optional<Discriminator> adversary,
    TransformerRecipe transformer,
    Keep transformerKeeps,
    int fidSamples) {

  /** The choice of weights that a training exports. */
  public enum Keep {
    /** The weights that did best on held-out images. */
    BEST,
    /** The weights after the last step. */
    LAST
  }

  /**
   * The images and their augmentation.
   *
   * @param fetch path of the script that downloads the images, if there is one
   * @param folder of training images
   * @param heldOut folder of images to evaluate on; without it, every 20th training image is held
   *     out
   * @param shape of the squares that they become
   * @param flip probability of a flip
   * @param unflipped names of classes that are never flipped
   * @param scale largest change of size
   * @param shift largest shift in pixels
   * @param hue largest rotation of colours in radians
   * @param contrast largest change of contrast
   * @param kin classes of an earlier model that classes begin as, if the training goes on from one
   */
  public record Data(
      Optional<String> fetch,
      Path folder,
      Optional<Path> heldOut,
      ImageShape shape,
      double flip,
      List<String> unflipped,
      double scale,
      int shift,
      double hue,
      double contrast,
      Map<String, String> kin) {
    /**
     * Checks the ranges of the augmentation.
     *
     * @throws IllegalArgumentException naming the value that is out of range
     */
    public Data {
      Objects.requireNonNull(fetch, "fetch");
      Objects.requireNonNull(folder, "folder");
      Objects.requireNonNull(heldOut, "heldOut");
      Objects.requireNonNull(shape, "shape");
      Objects.requireNonNull(unflipped, "unflipped");
      Objects.requireNonNull(kin, "kin");
      unflipped = List.copyOf(unflipped);
      kin = Map.copyOf(kin);
      Augmentation.requireRanges(flip, scale, shift, hue, contrast);
    }

    /**
     * Checks that a folder of images is there.
     *
     * @throws ImageDataException naming the script that downloads them, if it is not
     */
    public Path requireFolder(Path images) {
      if (!Files.isDirectory(images) && fetch.isPresent()) {
        throw new ImageDataException(
            "the images of %s are not there: fetch them with %s, or name a folder of your own"
                .formatted(images, fetch.get()));
      }
      return images;
    }
  }

  /**
   * An adversary of the tokenizer.
   *
   * @param network its architecture
   * @param hyperparameters of its training
   */
  public record Discriminator(PatchConfig network, Critics.Hyperparameters hyperparameters) {
    /** Checks that no component is null. */
    public Discriminator {
      Objects.requireNonNull(network, "network");
      Objects.requireNonNull(hyperparameters, "hyperparameters");
    }
  }

  /** Checks the share and the number. */
  public Recipe {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(tokenizer, "tokenizer");
    Objects.requireNonNull(tokenizerKeeps, "tokenizerKeeps");
    Objects.requireNonNull(adversary, "adversary");
    Objects.requireNonNull(transformer, "transformer");
    Objects.requireNonNull(transformerKeeps, "transformerKeeps");
    Check.that(
        tokenizerShare > 0 && tokenizerShare < 1,
        "tokenizer_share",
        tokenizerShare,
        "above 0 and below 1");
    if (fidSamples != 0) {
      FidPlan.requireSamples(fidSamples);
    }
  }
}
