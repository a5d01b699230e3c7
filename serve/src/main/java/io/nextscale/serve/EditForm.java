package io.nextscale.serve;

import io.nextscale.var.edit.EditRegion;
import io.nextscale.var.edit.Expansion;
import io.nextscale.var.edit.ImageEdit;
import io.nextscale.var.edit.Inpainting;
import io.nextscale.var.edit.Refinement;
import io.nextscale.var.format.FileKind;
import io.nextscale.var.image.ImageException;
import io.nextscale.var.image.ImageFile;
import io.nextscale.var.image.MaskImage;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.scale.ImageSize;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads the edit of an image from a form: {@code mode} inpaint (with {@code mask} or {@code box}),
 * outpaint, refine or expand.
 */
final class EditForm {
  /** Not TIFF, in which ever other formats can be. */
  private static final Set<FileKind> KINDS =
      EnumSet.of(FileKind.PNG, FileKind.JPEG, FileKind.WEBP, FileKind.GIF, FileKind.BMP);

  private final Multipart form;
  private final Fields fields;

  EditForm(Multipart form, Fields fields) {
    this.form = form;
    this.fields = fields;
  }

  /**
   * The edit.
   *
   * @throws ApiException if a file is missing or cannot be read
   */
  ImageEdit edit() {
    PixelArray image = PixelArray.fromImage(image("image").orElseThrow(() -> missing("image")));
    String mode =
        fields.choice("mode", "inpaint", "outpaint", "refine", "expand").orElse("inpaint");
    return switch (mode) {
      case "refine" -> {
        OptionalLong kept = fields.integer("keep_scales", 1, 100);
        yield kept.isPresent()
            ? new Refinement(List.of(image), (int) kept.getAsLong())
            : Refinement.of(image);
      }
      case "expand" -> Expansion.of(image);
      default -> new Inpainting(List.of(image), region(), mode.equals("outpaint"));
    };
  }

  private EditRegion region() {
    Optional<BufferedImage> mask = image("mask");
    if (mask.isPresent()) {
      BufferedImage pixels = mask.get();
      return EditRegion.whiteOf(
          pixels.getColorModel().hasAlpha()
              ? MaskImage.ofTransparency("mask", pixels)
              : MaskImage.of("mask", pixels));
    }
    String box = fields.text("box").orElseThrow(() -> missing("mask"));
    try {
      double[] corners =
          Arrays.stream(box.split(",", -1)).mapToDouble(Double::parseDouble).toArray();
      if (corners.length == 4) {
        return EditRegion.box(corners[0], corners[1], corners[2], corners[3]);
      }
    } catch (NumberFormatException e) {
      // the message below says what is wrong
    } catch (IllegalArgumentException e) {
      throw ApiException.invalid("box", String.valueOf(e.getMessage()));
    }
    throw ApiException.invalid("box", "box: expected y0,x0,y1,x1 in fractions of the image");
  }

  private Optional<BufferedImage> image(String name) {
    return form.file(name).map(bytes -> decoded(name, bytes));
  }

  /** Decodes an untrusted file; a huge image is refused by its header. */
  static BufferedImage decoded(String name, byte[] bytes) {
    byte[] start = Arrays.copyOf(bytes, Math.min(FileKind.START, bytes.length));
    FileKind kind = FileKind.of(start, bytes.length);
    if (!KINDS.contains(kind)) {
      throw ApiException.invalid(
          name,
          "%s is %s: expected a PNG, JPEG, WebP, GIF or BMP image"
              .formatted(name, kind.describe(start)));
    }
    try {
      ImageSize size = ImageFile.size(name, bytes);
      ImageRequest.requirePixels(name, size.height(), size.width());
      return ImageFile.read(name, bytes);
    } catch (ImageException e) {
      throw ApiException.invalid(name, String.valueOf(e.getMessage()));
    }
  }

  static ApiException missing(String name) {
    return new ApiException(400, name, "missing", name + " is missing: expected an image file");
  }
}
