package io.nextscale.train.score;

import io.nextscale.train.data.ImageDataException;
import io.nextscale.train.data.ImageSet;
import io.nextscale.train.data.LabelledImage;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.Score;
import io.nextscale.var.image.ImageException;
import io.nextscale.var.image.ImageFile;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.scale.ImageSize;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Scores the images of folders in batches; images that cannot be used are skipped and named. */
public final class FolderScore {
  /** Receives the progress of a scoring. */
  public interface Listener {
    /** Reports that {@code done} of {@code total} images are scored or skipped. */
    void progressed(int done, int total);

    /** Reports a skipped file; the text names it and gives the reason. */
    void skipped(String problem);
  }

  private final ImageGenerator generator;
  private final Scales scales;
  private final ImageSize size;
  private final Listener listener;
  private int skipped;

  /** Prepares a scoring with a model, in scales that it takes. */
  public FolderScore(ImageGenerator generator, Scales scales, Listener listener) {
    this.generator = generator;
    this.scales = scales;
    this.size = generator.spec().imageSize(scales);
    this.listener = listener;
  }

  /**
   * Scores all images of a set.
   *
   * @param set its labels are the model's classes, see {@link ClassFolders}
   * @param batch number of images computed at a time, at least 1
   * @throws ImageDataException if no image could be used
   */
  public Score score(ImageSet set, int batch) {
    set.skipped().forEach(this::skip);
    Score sum = null;
    List<PixelArray> images = new ArrayList<>();
    List<String> classes = new ArrayList<>();
    int total = set.images().size();
    for (int i = 0; i < total; i++) {
      LabelledImage labelled = set.images().get(i);
      PixelArray image = read(labelled.file());
      if (image != null) {
        images.add(image);
        classes.add(Integer.toString(labelled.label()));
      }
      if (images.size() == batch || (i == total - 1 && !images.isEmpty())) {
        TokenMaps tokens = generator.tokenize(images, scales).tokens();
        Score next = generator.score(tokens, classes, false);
        sum = sum == null ? next : sum.plus(next);
        images.clear();
        classes.clear();
        listener.progressed(i + 1, total);
      }
    }
    if (sum == null) {
      throw new ImageDataException("none of %s files is an image of %s".formatted(skipped, size));
    }
    return sum;
  }

  /** Number of files that were skipped. */
  public int skipped() {
    return skipped;
  }

  private @Nullable PixelArray read(Path file) {
    try {
      PixelArray image = PixelArray.fromImage(ImageFile.read(file));
      if (image.size().equals(size)) {
        return image;
      }
      skip(
          "%s is %s pixels, %s takes %s (height x width)"
              .formatted(file, image.size(), generator.spec().name(), size));
    } catch (ImageException e) {
      skip(String.valueOf(e.getMessage()));
    }
    return null;
  }

  private void skip(String problem) {
    skipped++;
    listener.skipped(problem);
  }
}
