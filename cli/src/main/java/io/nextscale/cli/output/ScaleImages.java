package io.nextscale.cli.output;

import io.nextscale.var.image.ContactSheet;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.image.PngFile;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scale;
import io.nextscale.var.scale.Scales;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Shows images rebuilt from their first 1, 2, ... scales: as files, a table and a sheet. */
public final class ScaleImages {
  /** Sheets on which small images are enlarged to a side of about 256 pixels. */
  public static final ContactSheet SHEET = new ContactSheet().withEnlargeTo(256);

  private final Scales scales;
  private final List<PixelArray> originals;
  private final int images;
  private final @Nullable Path folder;
  private final List<List<PixelArray>> byScale = new ArrayList<>();
  private final List<BufferedImage> cells = new ArrayList<>();
  private final List<String> labels = new ArrayList<>();

  /**
   * Prepares for images.
   *
   * @param originals the images before tokenizing, to compare with; empty if they are not known
   * @param images number of images
   * @param folder of the files, null for none
   */
  public ScaleImages(Scales scales, List<PixelArray> originals, int images, @Nullable Path folder) {
    this.scales = scales;
    this.originals = originals;
    this.images = images;
    this.folder = folder;
    scales.list().forEach(scale -> byScale.add(new ArrayList<>()));
  }

  /**
   * Adds the next image at every scale, writes its files and prints a line for each.
   *
   * @param steps rebuilt from the first 1, 2, ... scales
   */
  public void add(List<PixelArray> steps, Console console) {
    int index = byScale.getFirst().size();
    PixelArray original = originals.isEmpty() ? null : originals.get(index);
    if (original != null) {
      cells.add(original.toImage());
      labels.add("image");
    }
    for (int k = 0; k < scales.count(); k++) {
      PixelArray step = steps.get(k);
      Scale scale = scales.get(k);
      String grid = "%sx%s".formatted(scale.height(), scale.width());
      BufferedImage image = step.toImage();
      Previews.write(folder, index, images, k, List.of(image));
      String name = Previews.name(index, images, k);
      console.print(
          "%s  grid %s  size %s%s"
              .formatted(
                  folder == null ? name : folder.resolve(name),
                  grid,
                  step.size(),
                  original == null ? "" : "  " + Psnr.of(original, step)));
      byScale.get(k).add(step);
      cells.add(image);
      labels.add(grid);
    }
  }

  /** Adds {@code decoded_0}, {@code decoded_1}, ... */
  public void addTo(TensorFile tensors) {
    for (int k = 0; k < byScale.size(); k++) {
      tensors.addImages("decoded_" + k, byScale.get(k));
    }
  }

  /** Writes all on one sheet, enlarged to one size; with several images, one in each row. */
  public void writeSheet(Path file) {
    int width = cells.stream().mapToInt(BufferedImage::getWidth).max().orElseThrow();
    int height = cells.stream().mapToInt(BufferedImage::getHeight).max().orElseThrow();
    ImageSize largest = new ImageSize(height, width);
    List<BufferedImage> enlarged =
        cells.stream()
            .map(cell -> PixelArray.fromImage(cell).resizeBicubic(largest).toImage())
            .toList();
    PngFile.write(file, sheet().render(enlarged, labels), Map.of("Software", "Nextscale"));
  }

  /**
   * Refuses a sheet that would be too large.
   *
   * @param last size of the images of the last scale
   */
  public void requireRoom(ImageSize last) {
    ImageSize original = originals.isEmpty() ? last : originals.getFirst().size();
    ImageSize cell =
        new ImageSize(
            Math.max(last.height(), original.height()), Math.max(last.width(), original.width()));
    sheet().requireRoom(images * perImage(), cell);
  }

  private ContactSheet sheet() {
    int columns = images == 1 ? ContactSheet.AUTOMATIC : perImage();
    return SHEET.withColumns(columns);
  }

  private int perImage() {
    return scales.count() + (originals.isEmpty() ? 0 : 1);
  }
}
