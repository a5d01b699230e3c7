package io.nextscale.cli;

import io.nextscale.var.Tokenized;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.ScaleSelection;
import io.nextscale.var.model.TokenizerSpec;
import io.nextscale.var.scale.Scales;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where a command gets token maps from: images, or a file of tokens. */
final class TokenSource {
  @Mixin private ImageOptions images = new ImageOptions();

  @Option(
      names = "--tokens",
      paramLabel = "FILE.safetensors",
      description =
          "Token maps instead: tokens (B, L), or tokens_K_HxW (B, HW) for each scale. Files of"
              + " tokenize say their scales; for others --scales, or the model's own.")
  private @Nullable Path tokens;

  @Mixin private ScaleOptions scales = new ScaleOptions();

  /** Checks the options among themselves. */
  void check() {
    if (images.isEmpty() == (tokens == null)) {
      throw CommandException.usage(
          tokens == null
              ? "--image or --tokens is missing"
              : "--image and --tokens exclude each other");
    }
    scales.selection();
  }

  /** Refuses images and tokens beside another source. */
  void requireNone(String option) {
    if (!images.isEmpty() || tokens != null) {
      throw CommandException.usage(
          option + " and " + (tokens == null ? "--image" : "--tokens") + " exclude each other");
    }
    scales.selection();
  }

  /** What was asked for about the scales. */
  ScaleSelection selection() {
    return scales.selection();
  }

  /** Whether the scales themselves were given. */
  boolean hasScales() {
    return scales.areGiven();
  }

  /** Reads the files and checks that they fit a model. */
  Given read(TokenizerSpec spec) {
    if (tokens == null) {
      ImageInput input = images.read();
      return new Given(input, null, input.scales(spec, scales.selection()));
    }
    TokenInput file = TokenInput.read(tokens, spec, scales.selection());
    return new Given(ImageInput.none(), file, file.tokens().scales());
  }

  /**
   * What the files hold.
   *
   * @param input the images, none if there are tokens
   * @param file the tokens, null if there are images
   * @param scales of the tokens
   */
  record Given(ImageInput input, @Nullable TokenInput file, Scales scales) {
    /** Number of images. */
    int count() {
      return file == null ? input.count() : file.tokens().batch();
    }

    /** The classes in the file of tokens; empty if there are none. */
    List<String> labels() {
      return file == null ? List.of() : file.labels();
    }

    /** The token maps: of the images, or from the file. */
    Tokenization tokenization(
        BiFunction<List<PixelArray>, Scales, Tokenized> tokenizer, Progress progress) {
      return file == null
          ? Tokenization.of(tokenizer, input.images(), scales, progress)
          : Tokenization.of(file.tokens());
    }
  }
}
