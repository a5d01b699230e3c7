package io.nextscale.cli.option;

import io.nextscale.var.model.ScaleSelection;
import io.nextscale.var.scale.ImageSize;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The size of generated images, and their scales. */
public final class SizeOptions extends ScaleOptions {
  @Option(
      names = "--size",
      paramLabel = "HEIGHTxWIDTH",
      description =
          "Size of the images in pixels, or the side of a square: 256x512, 320. FlexVAR models"
              + " only (default: the model's, or that of the image to be edited).")
  private @Nullable ImageSize size;

  @Override
  public ScaleSelection selection() {
    ScaleSelection scales = super.selection();
    return new ScaleSelection(size, scales.steps(), scales.scales());
  }
}
