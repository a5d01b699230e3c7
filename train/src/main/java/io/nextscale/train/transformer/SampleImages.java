package io.nextscale.train.transformer;

import io.nextscale.var.GenerationRequest;
import io.nextscale.var.GenerationResult;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.checkpoint.WeightSource;
import io.nextscale.var.image.ContactSheet;
import io.nextscale.var.image.PngFile;
import io.nextscale.var.model.ModelSource;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.OpenModel;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Images that a model generates during its training, always of the same classes and seeds, so that
 * progress is visible.
 *
 * @param spec of the model
 * @param tokenizer its weights
 * @param count number of images of a sheet, spread over the classes
 * @param fid distance of further images from held-out ones, if it is wanted
 */
public record SampleImages(
    ModelSpec spec, WeightSource tokenizer, int count, Optional<HeldOutFid> fid) {
  private static final long SEED = 0;

  /** Checks that no component is null. */
  public SampleImages {
    Objects.requireNonNull(spec, "spec");
    Objects.requireNonNull(tokenizer, "tokenizer");
    Objects.requireNonNull(fid, "fid");
  }

  /**
   * Draws a sheet.
   *
   * @param transformer its weights as they are now
   * @param file PNG
   */
  public void draw(WeightSource transformer, Path file) {
    int[] classes = new int[count];
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int label = i % spec.transformer().classes();
      classes[i] = label;
      names.add(spec.className(label));
    }
    try (ImageGenerator generator = generator(transformer)) {
      GenerationResult result =
          generator.generate(GenerationRequest.of(classes).seed(SEED).build());
      List<BufferedImage> images = new ArrayList<>();
      result.images().forEach(image -> images.add(image.toBufferedImage()));
      ContactSheet sheet = new ContactSheet().withEnlargeTo(128);
      PngFile.write(file, sheet.render(images, names), Map.of());
    }
  }

  /** Names of the figures of {@link #figures}. */
  List<String> columns() {
    return fid.isPresent() ? List.of(HeldOutFid.COLUMN) : List.of();
  }

  /**
   * Measures generated images.
   *
   * @param transformer its weights as they are now
   * @return figures by name, none unless they are wanted
   */
  Map<String, Double> figures(WeightSource transformer) {
    if (fid.isEmpty()) {
      return Map.of();
    }
    try (ImageGenerator generator = generator(transformer)) {
      return Map.of(HeldOutFid.COLUMN, fid.get().of(generator));
    }
  }

  private ImageGenerator generator(WeightSource transformer) {
    ModelSource source = () -> new OpenModel(spec, tokenizer, transformer, List.of());
    return ImageGenerator.load(source);
  }
}
