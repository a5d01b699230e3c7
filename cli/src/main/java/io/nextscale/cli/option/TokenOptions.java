package io.nextscale.cli.option;

import io.nextscale.cli.output.CommandException;
import io.nextscale.cli.output.Progress;
import io.nextscale.cli.output.Tokenization;
import io.nextscale.var.Tokenized;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.ScaleSelection;
import io.nextscale.var.model.TokenizerSpec;
import io.nextscale.var.scale.Scales;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The source of a command's token maps: images, or a file of tokens. */
public final class TokenOptions {
  private static final List<String> NAMES = List.of("--image", "--tokens");

  @Mixin private ImageOptions images = new ImageOptions();

  @Option(
      names = "--tokens",
      paramLabel = "FILE.safetensors",
      description =
          "Token maps instead of images: tensors tokens (B, L), or tokens_K_HxW (B, HW) for each"
              + " scale. Files written by tokenize name their scales; others need --scales, or"
              + " have the model's.")
  private @Nullable Path tokens;

  @Mixin private ScaleOptions scales = new ScaleOptions();

  /**
   * Checks the options.
   *
   * @param others options of the command that name other sources, none of which was given
   * @throws CommandException if there is not just one source, or scales are wrong
   */
  public void check(String... others) {
    OptionNames given = given();
    if (given.isEmpty()) {
      List<String> all = new ArrayList<>(NAMES);
      all.addAll(List.of(others));
      throw CommandException.usage(new OptionNames(all).or() + " is missing");
    }
    if (given.names().size() > 1) {
      throw CommandException.usage(given.and() + " exclude each other");
    }
    scales.selection();
  }

  /** The sources that were given. */
  public OptionNames given() {
    return OptionNames.given(NAMES, !images.isEmpty(), tokens != null);
  }

  /** The scales of the options. */
  public ScaleSelection selection() {
    return scales.selection();
  }

  /** Whether the scales were given one by one. */
  public boolean hasScales() {
    return scales.areGiven();
  }

  /**
   * Reads the files.
   *
   * @throws CommandException if they do not fit the tokenizer
   */
  public Given read(TokenizerSpec spec) {
    if (tokens == null) {
      ImageInput input = images.read(spec);
      return new Given(input, null, input.scales(spec, scales.selection()));
    }
    TokenInput file = TokenInput.read(tokens, spec, scales.selection());
    return new Given(ImageInput.none(), file, file.tokens().scales());
  }

  /**
   * Images or token maps.
   *
   * @param input the images; empty if there are tokens
   * @param file the tokens; null if there are images
   * @param scales of the tokens
   */
  public record Given(ImageInput input, @Nullable TokenInput file, Scales scales) {
    /** Number of images. */
    public int count() {
      return file == null ? input.count() : file.tokens().batch();
    }

    /** The classes in the file of tokens; empty if there are none. */
    public List<String> labels() {
      return file == null ? List.of() : file.labels();
    }

    /** The token maps: made of the images, or from the file. */
    public Tokenization tokenization(
        BiFunction<List<PixelArray>, Scales, Tokenized> tokenizer, Progress progress) {
      return file == null
          ? Tokenization.of(tokenizer, input.images(), scales, progress)
          : Tokenization.of(file.tokens());
    }
  }
}
