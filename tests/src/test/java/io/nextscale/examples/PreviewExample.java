package io.nextscale.examples;

import io.nextscale.models.DemoModel;
import io.nextscale.var.Cancellation;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.sampling.Sampling;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** The README's second example. */
final class PreviewExample {
  private final List<BufferedImage> shown = new ArrayList<>();

  List<BufferedImage> run() {
    try (ImageGenerator generator = ImageGenerator.load(DemoModel.source())) {
      Cancellation cancellation = new Cancellation();
      GenerationRequest request =
          GenerationRequest.of("clock")
              .cfg(2)
              .sampling(Sampling.of(100, 0.9))
              .cancellation(cancellation)
              .onScale(event -> show(event.index(), event.preview().getFirst()))
              .build();
      generator.generate(request);
    }
    return shown;
  }

  private void show(int index, BufferedImage image) {
    shown.add(index, image);
  }
}
