package io.nextscale.langchain4j;

import dev.langchain4j.data.image.Image;
import dev.langchain4j.model.image.ImageModel;
import dev.langchain4j.model.output.Response;
import io.nextscale.var.GeneratedImage;
import io.nextscale.var.GenerationRequest;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.edit.EditRegion;
import io.nextscale.var.edit.Inpainting;
import io.nextscale.var.image.ImageFile;
import io.nextscale.var.image.MaskImage;
import io.nextscale.var.image.PixelArray;
import java.awt.image.BufferedImage;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;

/**
 * An {@link ImageModel} that generates in this process. A prompt is the name or the number of a
 * class of the model, such as {@code "cat"}. Results are PNG, with the parameters of the generation
 * in the file's text.
 *
 * <pre>{@code
 * try (ImageGenerator generator = ImageGenerator.load(DemoModel.source())) {
 *   ImageModel model = NextscaleImageModel.of(generator);
 *   String png = model.generate("cat").content().base64Data();
 * }
 * }</pre>
 *
 * <p>Safe for use by several threads. The generator is the caller's, who closes it.
 */
public final class NextscaleImageModel implements ImageModel {
  private static final String PNG = "image/png";

  private final ImageGenerator generator;
  private final LongSupplier seeds;
  private final UnaryOperator<GenerationRequest.Builder> settings;

  private NextscaleImageModel(
      ImageGenerator generator,
      LongSupplier seeds,
      UnaryOperator<GenerationRequest.Builder> settings) {
    this.generator = Objects.requireNonNull(generator, "generator");
    this.seeds = Objects.requireNonNull(seeds, "seeds");
    this.settings = Objects.requireNonNull(settings, "settings");
  }

  /** A model with random seeds and the generator's own guidance and sampling. */
  public static NextscaleImageModel of(ImageGenerator generator) {
    return new NextscaleImageModel(
        generator, () -> ThreadLocalRandom.current().nextLong(1L << 53), request -> request);
  }

  /** The same model with a source of seeds, one for each call; image i of a call has seed + i. */
  public NextscaleImageModel withSeeds(LongSupplier seeds) {
    return new NextscaleImageModel(generator, seeds, settings);
  }

  /** The same model with settings of each request, such as {@code request -> request.cfg(4)}. */
  public NextscaleImageModel withSettings(UnaryOperator<GenerationRequest.Builder> settings) {
    return new NextscaleImageModel(generator, seeds, settings);
  }

  /**
   * Generates an image.
   *
   * @throws io.nextscale.var.model.UnknownClassException if the prompt names no class
   */
  @Override
  public Response<Image> generate(String prompt) {
    return Response.from(run(request(prompt, 1)).getFirst());
  }

  /**
   * Generates images as one batch.
   *
   * @param n number of images, at least 1
   * @throws io.nextscale.var.model.UnknownClassException if the prompt names no class
   */
  @Override
  public Response<List<Image>> generate(String prompt, int n) {
    return Response.from(run(request(prompt, n)));
  }

  /**
   * Generates the part of an image anew that is transparent in a mask, and keeps the rest.
   *
   * @param image as base64 data, in the size of the model
   * @param mask as base64 data, in the same size
   */
  @Override
  public Response<Image> edit(Image image, Image mask, String prompt) {
    PixelArray pixels = PixelArray.fromImage(decoded("image", image));
    EditRegion region = EditRegion.whiteOf(MaskImage.ofTransparency("mask", decoded("mask", mask)));
    GenerationRequest.Builder request = request(prompt, 1).edit(Inpainting.inPaint(pixels, region));
    return Response.from(run(request).getFirst());
  }

  private GenerationRequest.Builder request(String prompt, int count) {
    GenerationRequest.Builder request =
        GenerationRequest.of(prompt.strip()).count(count).seed(seeds.getAsLong());
    return settings.apply(request);
  }

  private List<Image> run(GenerationRequest.Builder request) {
    return generator.generate(request.build()).images().stream()
        .map(NextscaleImageModel::encoded)
        .toList();
  }

  private static Image encoded(GeneratedImage image) {
    return Image.builder()
        .base64Data(Base64.getEncoder().encodeToString(image.toPng()))
        .mimeType(PNG)
        .build();
  }

  private static BufferedImage decoded(String name, Image image) {
    if (image.base64Data() == null) {
      throw new IllegalArgumentException(
          "%s has no base64Data: expected the bytes of the image, not its url".formatted(name));
    }
    try {
      return ImageFile.read(name, Base64.getDecoder().decode(image.base64Data()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s: base64Data cannot be decoded: %s".formatted(name, e.getMessage()), e);
    }
  }
}
