package io.nextscale.examples;

import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.edit.Expansion;
import io.nextscale.var.edit.Refinement;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.scale.Scale;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** The README's example of FlexVAR. */
final class FlexVarExample {
  private final ImageGenerator generator;
  private final List<BufferedImage> shown = new ArrayList<>();

  FlexVarExample(ImageGenerator generator) {
    this.generator = generator;
  }

  /** The images: wide, refined, expanded. */
  List<PixelArray> run() {
    GenerationRequest wide =
        GenerationRequest.of(7)
            .size(256, 512) // height, width
            .steps(8) // fewer are faster
            .onScale(event -> show(event.scale(), event.preview().getFirst())) // 16x32, ... pixels
            .build();
    PixelArray image = generator.generate(wide).images().getFirst().pixels();

    PixelArray refined = // twice the size: its tokens are forced on the coarse scales
        generate(GenerationRequest.of(7).size(512, 1024).edit(Refinement.of(image)));
    PixelArray expanded = // continued above and below: its tokens are forced in the middle
        generate(GenerationRequest.of(7).size(512, 512).edit(Expansion.of(image)));
    return List.of(image, refined, expanded);
  }

  private PixelArray generate(GenerationRequest.Builder request) {
    return generator.generate(request.build()).images().getFirst().pixels();
  }

  private void show(Scale scale, BufferedImage image) {
    shown.add(image);
  }

  /** The previews that were shown. */
  List<BufferedImage> shown() {
    return shown;
  }
}
