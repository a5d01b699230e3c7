package io.nextscale.spring;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.springframework.ai.image.ImageModel;
import org.springframework.ai.image.ImagePrompt;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/** Writes an image of a class to a file. */
@Configuration
@EnableAutoConfiguration
public class Example {
  /**
   * Generates.
   *
   * @param arguments class, file
   */
  public static void main(String[] arguments) throws IOException {
    try (ConfigurableApplicationContext context = SpringApplication.run(Example.class)) {
      ImageModel model = context.getBean(ImageModel.class);
      String png = model.call(new ImagePrompt(arguments[0])).getResult().getOutput().getB64Json();
      Files.write(Path.of(arguments[1]), Base64.getDecoder().decode(png));
    }
  }
}
