package io.nextscale.cli.option;

import io.nextscale.cli.output.CommandException;
import io.nextscale.var.model.TokenizerSpec;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The images that a command reads. */
public final class ImageOptions {
  @Option(
      names = "--image",
      paramLabel = "FILE,...",
      description =
          "PNG or JPEG files of one size, or a .safetensors with a tensor image (B, 3, H, W) from"
              + " -1 to 1. A VAR model takes images of its own size, a FlexVAR model any multiple"
              + " of its patch size (16 pixels).")
  private List<String> images = new ArrayList<>();

  /** Whether no image was given. */
  public boolean isEmpty() {
    return images.isEmpty();
  }

  /**
   * Checks that an image was given.
   *
   * @throws CommandException if not
   */
  public void require() {
    if (images.isEmpty()) {
      throw CommandException.usage("--image FILE is missing");
    }
  }

  /**
   * Reads the files as they are stored.
   *
   * @throws CommandException if they do not fit the tokenizer
   */
  public ImageInput read(TokenizerSpec spec) {
    return ImageInput.read(images, spec, false);
  }

  /**
   * Reads the files and turns the images upright.
   *
   * @throws CommandException if they do not fit the tokenizer
   */
  public ImageInput readUpright(TokenizerSpec spec) {
    return ImageInput.read(images, spec, true);
  }
}
