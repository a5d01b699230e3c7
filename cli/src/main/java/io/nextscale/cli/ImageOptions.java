package io.nextscale.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The images that a command works on. */
final class ImageOptions {
  @Option(
      names = "--image",
      paramLabel = "FILE,...",
      description =
          "PNG or JPEG files of one size, or one .safetensors with image. VAR models take their"
              + " own size, FlexVAR models any multiple of the patch size (16 pixels).")
  private List<String> images = new ArrayList<>();

  boolean isEmpty() {
    return images.isEmpty();
  }

  /** Refuses that none were named. */
  void require() {
    if (images.isEmpty()) {
      throw CommandException.usage("--image FILE is missing");
    }
  }

  /** Reads the files. */
  ImageInput read() {
    return ImageInput.read(images);
  }
}
