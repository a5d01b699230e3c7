package io.nextscale.cli;

import io.nextscale.var.model.ScaleSelection;
import io.nextscale.var.scale.ImageSize;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How large the generated images are, and in which scales they are made. */
final class SizeOptions extends ScaleOptions {
  @Option(
      names = "--size",
      paramLabel = "HEIGHTxWIDTH",
      description =
          "Size of the images in pixels, or the side of squares: 256x512, 320. FlexVAR models"
              + " only; default: the model's own, or that of an image to be edited.")
  private @Nullable ImageSize size;

  @Override
  ScaleSelection selection() {
    ScaleSelection any = super.selection();
    return new ScaleSelection(size, any.steps(), any.scales());
  }
}
