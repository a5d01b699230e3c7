package io.nextscale.cli;

import io.nextscale.train.data.ImageSet;
import io.nextscale.train.data.LabelledImage;
import io.nextscale.var.ImageGenerator;
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

/** Scores the images of folders, some at a time; those that cannot be used are named. */
final class FolderScore {
  private final ImageGenerator generator;
  private final Scales scales;
  private final ImageSize size;
  private final Io io;
  private final Progress progress;
  private int skipped;

  FolderScore(ImageGenerator generator, Scales scales, Io io, Progress progress) {
    this.generator = generator;
    this.scales = scales;
    size = generator.spec().imageSize(scales);
    this.io = io;
    this.progress = progress;
  }

  /**
   * Scores all of them.
   *
   * @param set labels are the model's classes
   * @param batch how many are computed at a time
   * @throws CommandException if none could be used
   */
  ScoreTable of(ImageSet set, int batch) {
    ScoreTable table = new ScoreTable(scales);
    int count = set.images().size();
    set.skipped().forEach(this::skip);
    List<PixelArray> images = new ArrayList<>();
    List<String> classes = new ArrayList<>();
    int shown = 0;
    for (int i = 0; i < count; i++) {
      LabelledImage next = set.images().get(i);
      PixelArray image = read(next.file());
      if (image != null) {
        images.add(image);
        classes.add(Integer.toString(next.label()));
      }
      if (images.size() == batch || (i == count - 1 && !images.isEmpty())) {
        TokenMaps tokens = generator.tokenize(images, scales).tokens();
        table.add(generator.score(tokens, classes, false), images.size());
        images.clear();
        classes.clear();
        int percent = (int) (100L * (i + 1) / count);
        if (percent > shown) { // of many images 100 lines will do
          progress.step(i + 1, count, "scored " + (i + 1) + "/" + count);
          shown = percent;
        }
      }
    }
    progress.clear();
    int files = count + set.skipped().size();
    if (skipped == files) {
      throw new CommandException("--data: none of " + files + " files is an image of " + size);
    }
    return table;
  }

  /** How many files could not be used. */
  int skipped() {
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
      skip(Errors.line(e));
    }
    return null;
  }

  private void skip(String problem) {
    skipped++;
    progress.clear();
    io.warn("skipped: " + problem);
  }
}
