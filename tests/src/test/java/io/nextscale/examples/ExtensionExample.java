package io.nextscale.examples;

import io.nextscale.models.DemoModel;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.edit.TokenEdit;

/** The README's example of an application's own parts. */
final class ExtensionExample {
  private ExtensionExample() {}

  static GenerationResult run() {
    try (ImageGenerator generator = ImageGenerator.load(DemoModel.source())) {
      GenerationResult first = generator.generate(GenerationRequest.of("bird").build());
      GenerationRequest request =
          GenerationRequest.of("bird")
              .seeds(7) // one for each image
              .edit(TokenEdit.keeping(first.tokens(), 3)) // the same bird, other details
              .guidance((scales, k) -> k < 3 ? 0 : 2) // a function of the scale
              .logitsProcessor((logits, place) -> logits[17] = Float.NEGATIVE_INFINITY)
              .build();
      return generator.generate(request);
    }
  }
}
