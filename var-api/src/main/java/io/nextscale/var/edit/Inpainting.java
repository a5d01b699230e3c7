package io.nextscale.var.edit;

import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.model.ScaleSelection;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scales;
import java.util.List;
import java.util.Objects;

/**
 * Generates a part of an image anew and keeps the rest (VAR, section 5.3; FlexVAR: in- and
 * out-painting). With the class "no class" the part continues its surroundings; with another class
 * this is class-conditional editing.
 *
 * <pre>{@code
 * EditRegion middle = EditRegion.box(0.25, 0.25, 0.75, 0.75); // y0, x0, y1, x1
 * GenerationRequest.of("bird").edit(Inpainting.inPaint(image, middle)).build();
 * }</pre>
 *
 * @param images one for each class of the request, or one for all; all of the size that is
 *     generated
 * @param region part of the image
 * @param keepInside true keeps the region (out-painting); false keeps everything else (in-painting)
 */
public record Inpainting(List<PixelArray> images, EditRegion region, boolean keepInside)
    implements ImageEdit {
  /** Copies the list. */
  public Inpainting {
    Objects.requireNonNull(images, "images");
    images = List.copyOf(images);
    Objects.requireNonNull(region, "region");
  }

  /** Generates the region of an image anew and keeps everything else. */
  public static Inpainting inPaint(PixelArray image, EditRegion region) {
    return new Inpainting(List.of(Objects.requireNonNull(image, "image")), region, false);
  }

  /** Keeps the region of an image and generates everything else. */
  public static Inpainting outPaint(PixelArray image, EditRegion region) {
    return new Inpainting(List.of(Objects.requireNonNull(image, "image")), region, true);
  }

  /** Called by the engine: chooses scales of the images' size, unless the request names another. */
  @Override
  public Scales scales(ModelSpec spec, ScaleSelection selection) {
    return selection.orSize(size()).of(spec);
  }

  /** Called by the engine: keeps the region, or everything else. */
  @Override
  public EditMask kept(ModelSpec spec, Scales scales) {
    ImageSize wanted = spec.imageSize(scales);
    if (!size().equals(wanted)) {
      throw new IllegalArgumentException(
          ("an image of %s is edited to images of %s:"
                  + " they must be equal (height x width); to make it larger, refine or expand it")
              .formatted(size(), wanted));
    }
    return region.mask(scales.last(), spec.tokenizer().downsampling(), keepInside);
  }
}
