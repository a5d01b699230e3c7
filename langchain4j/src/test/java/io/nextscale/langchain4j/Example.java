package io.nextscale.langchain4j;

import dev.langchain4j.data.image.Image;
import dev.langchain4j.model.image.ImageModel;
import io.nextscale.models.DemoModel;
import io.nextscale.var.ImageGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** Writes an image of a class to a file. */
public final class Example {
  private Example() {}

  /**
   * Generates.
   *
   * @param arguments class, file
   */
  public static void main(String[] arguments) throws IOException {
    try (ImageGenerator generator = ImageGenerator.load(DemoModel.source())) {
      ImageModel model = NextscaleImageModel.of(generator);
      Image image = model.generate(arguments[0]).content();
      Files.write(Path.of(arguments[1]), Base64.getDecoder().decode(image.base64Data()));
    }
  }
}
