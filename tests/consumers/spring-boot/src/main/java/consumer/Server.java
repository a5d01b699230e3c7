package consumer;

import io.nextscale.models.DemoModel;
import io.nextscale.var.ImageGenerator;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** Serves images of the demo model. */
@SpringBootApplication
public class Server {
  public static void main(String[] args) {
    SpringApplication.run(Server.class, args);
  }

  /** One generator for all requests; Spring calls its {@code close()} when the server stops. */
  @Bean
  ImageGenerator generator() {
    return ImageGenerator.load(DemoModel.source());
  }
}
