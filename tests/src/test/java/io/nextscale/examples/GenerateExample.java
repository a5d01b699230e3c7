package io.nextscale.examples;

import io.nextscale.models.DemoModel;
import io.nextscale.var.GeneratedImage;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import java.io.File;
import java.io.IOException;
import javax.imageio.ImageIO;

/** The README's first example. */
final class GenerateExample {
  private GenerateExample() {}

  static void run(File folder) throws IOException {
    try (ImageGenerator generator = ImageGenerator.load(DemoModel.source())) {
      GenerationRequest request = GenerationRequest.of("bird", "heart").seed(1).build();
      for (GeneratedImage image : generator.generate(request).images()) {
        ImageIO.write(image.toBufferedImage(), "png", new File(folder, image.seed() + ".png"));
      }
    }
  }
}
