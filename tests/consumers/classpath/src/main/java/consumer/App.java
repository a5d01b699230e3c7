package consumer;

import io.nextscale.models.DemoModel;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import java.io.File;
import java.io.IOException;
import javax.imageio.ImageIO;

/** Generates one image with the demo model and writes it as PNG. */
public final class App {
  private App() {}

  public static void main(String[] args) throws IOException {
    try (ImageGenerator generator = ImageGenerator.load(DemoModel.source())) {
      GenerationRequest request = GenerationRequest.of("bird").seed(1).build();
      ImageIO.write(
          generator.generate(request).images().getFirst().toBufferedImage(),
          "png",
          new File(args[0]));
    }
  }
}
