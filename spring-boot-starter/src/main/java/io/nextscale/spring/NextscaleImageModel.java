package io.nextscale.spring;

import io.nextscale.var.GeneratedImage;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.ai.image.Image;
import org.springframework.ai.image.ImageGeneration;
import org.springframework.ai.image.ImageGenerationMetadata;
import org.springframework.ai.image.ImageModel;
import org.springframework.ai.image.ImageOptions;
import org.springframework.ai.image.ImagePrompt;
import org.springframework.ai.image.ImageResponse;

/**
 * An {@link ImageModel} that generates in this process. A prompt has one instruction: the name or
 * the number of a class of the model, such as {@code "cat"}. Results are PNG in base64, with the
 * parameters of the generation in the file's text.
 *
 * <p>Safe for use by several threads. The generator is the caller's, who closes it.
 */
public final class NextscaleImageModel implements ImageModel {
  private static final long SEEDS = 1L << 53;

  private final ImageGenerator generator;

  /** A model over a generator. */
  public NextscaleImageModel(ImageGenerator generator) {
    this.generator = Objects.requireNonNull(generator, "generator");
  }

  /**
   * Parameters of an image.
   *
   * @param values seed, class, guidance, sampling and more, as in the PNG's text
   */
  public record Parameters(Map<String, String> values) implements ImageGenerationMetadata {}

  /**
   * Generates the images of a prompt as one batch.
   *
   * @throws io.nextscale.var.model.UnknownClassException if the instruction names no class
   * @throws IllegalArgumentException if there is not just one instruction, or an option is wrong
   */
  @Override
  public ImageResponse call(ImagePrompt prompt) {
    if (prompt.getInstructions().size() != 1) {
      throw new IllegalArgumentException(
          "%s instructions: expected one, the name of a class"
              .formatted(prompt.getInstructions().size()));
    }
    ImageOptions options = prompt.getOptions();
    GenerationRequest.Builder request =
        GenerationRequest.of(prompt.getInstructions().getFirst().getText().strip())
            .seed(ThreadLocalRandom.current().nextLong(SEEDS));
    if (options != null) {
      apply(options, request);
    }
    return new ImageResponse(
        generator.generate(request.build()).images().stream()
            .map(image -> new ImageGeneration(encoded(image), new Parameters(image.parameters())))
            .toList());
  }

  private static void apply(ImageOptions options, GenerationRequest.Builder request) {
    Optional.ofNullable(options.getN()).ifPresent(request::count);
    Integer height = options.getHeight();
    Integer width = options.getWidth();
    if (height != null && width != null) {
      request.size(height, width);
    } else if (height != null || width != null) {
      throw new IllegalArgumentException(
          "size %s x %s (height x width): expected both or none".formatted(height, width));
    }
    if (options instanceof NextscaleImageOptions own) {
      Optional.ofNullable(own.seed()).ifPresent(request::seed);
      Optional.ofNullable(own.cfg()).ifPresent(request::cfg);
    }
  }

  private static Image encoded(GeneratedImage image) {
    return new Image(null, Base64.getEncoder().encodeToString(image.toPng()));
  }
}
