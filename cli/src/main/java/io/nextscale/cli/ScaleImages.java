package io.nextscale.cli;

import io.nextscale.var.image.Bicubic;
import io.nextscale.var.image.ContactSheet;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.image.PngFile;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.awt.image.BufferedImage;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Images rebuilt from their first 1, 2, ... scales: as files, a table and a sheet. */
final class ScaleImages {
  private final Scales scales;
  private final ImageInput originals;
  private final int images;
  private final @Nullable Path folder;
  private final List<List<PixelArray>> byScale = new ArrayList<>();
  private final List<BufferedImage> cells = new ArrayList<>();
  private final List<String> labels = new ArrayList<>();

  /**
   * Of a number of images.
   *
   * @param originals to compare with, none if they are not known
   * @param folder of the files, if any are wanted
   */
  ScaleImages(Scales scales, ImageInput originals, int images, @Nullable Path folder) {
    this.scales = scales;
    this.originals = originals;
    this.images = images;
    this.folder = folder;
    scales.list().forEach(scale -> byScale.add(new ArrayList<>()));
  }

  /** Takes the next image at every scale, writes its files and prints a line for each. */
  void add(List<PixelArray> steps, PrintStream out) {
    int index = byScale.getFirst().size();
    PixelArray original = originals.count() == 0 ? null : originals.images().get(index);
    if (original != null) {
      cells.add(original.toImage());
      labels.add("image");
    }
    for (int k = 0; k < scales.count(); k++) {
      PixelArray step = steps.get(k);
      Scale scale = scales.get(k);
      BufferedImage image = step.toImage();
      Previews.write(folder, index, images, k, List.of(image));
      String name = Previews.name(index, images, k);
      out.printf(
          Locale.ROOT,
          "%s  grid %dx%d  size %s%s%n",
          folder == null ? name : folder.resolve(name),
          scale.height(),
          scale.width(),
          step.size(),
          original == null ? "" : "  " + PixelErrors.text(original, step));
      byScale.get(k).add(step);
      cells.add(image);
      labels.add(scale.height() + "x" + scale.width());
    }
  }

  /** Adds {@code decoded_0}, {@code decoded_1}, ... */
  void addTo(Tensors tensors) {
    for (int k = 0; k < byScale.size(); k++) {
      tensors.images("decoded_" + k, byScale.get(k));
    }
  }

  /** Writes all on one sheet in one size, an image in each row if there are several. */
  void writeSheet(Path file) {
    int width = cells.stream().mapToInt(BufferedImage::getWidth).max().orElseThrow();
    int height = cells.stream().mapToInt(BufferedImage::getHeight).max().orElseThrow();
    List<BufferedImage> even =
        cells.stream().map(cell -> Bicubic.enlarge(cell, width, height)).toList();
    PngFile.write(file, sheet().render(even, labels), Map.of("Software", "Nextscale"));
  }

  /** Refuses a sheet that would be too large, if the last scale's images have this size. */
  void requireRoom(ImageSize last) {
    ImageSize original = originals.count() == 0 ? last : originals.size();
    ImageSize cell =
        new ImageSize(
            Math.max(last.height(), original.height()), Math.max(last.width(), original.width()));
    sheet().requireRoom(images * perImage(), cell);
  }

  private ContactSheet sheet() {
    int columns = images == 1 ? ContactSheet.AUTOMATIC : perImage();
    return OutputOptions.SHEET.withColumns(columns);
  }

  private int perImage() {
    return scales.count() + (originals.count() == 0 ? 0 : 1);
  }
}
