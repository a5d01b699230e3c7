package io.nextscale.cli;

import io.nextscale.train.data.LabelledPicture;
import io.nextscale.train.data.PictureSet;
import io.nextscale.var.ImageGenerator;
import io.nextscale.var.image.ImageException;
import io.nextscale.var.image.ImageFile;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.scale.PictureSize;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Scores the pictures of folders, some at a time; those that cannot be used are named. */
final class FolderScore {
  private final ImageGenerator generator;
  private final Scales scales;
  private final PictureSize size;
  private final Io io;
  private final Progress progress;
  private int skipped;

  FolderScore(ImageGenerator generator, Scales scales, Io io, Progress progress) {
    this.generator = generator;
    this.scales = scales;
    size = generator.spec().pictureSize(scales);
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
  ScoreTable of(PictureSet set, int batch) {
    ScoreTable table = new ScoreTable(scales);
    int count = set.pictures().size();
    set.skipped().forEach(this::skip);
    List<PixelArray> pictures = new ArrayList<>();
    List<String> classes = new ArrayList<>();
    int shown = 0;
    for (int i = 0; i < count; i++) {
      LabelledPicture next = set.pictures().get(i);
      PixelArray picture = read(next.file());
      if (picture != null) {
        pictures.add(picture);
        classes.add(Integer.toString(next.label()));
      }
      if (pictures.size() == batch || (i == count - 1 && !pictures.isEmpty())) {
        TokenMaps tokens = generator.tokenize(pictures, scales).tokens();
        table.add(generator.score(tokens, classes, false), pictures.size());
        pictures.clear();
        classes.clear();
        int percent = (int) (100L * (i + 1) / count);
        if (percent > shown) { // of many pictures 100 lines will do
          progress.step(i + 1, count, "scored " + (i + 1) + "/" + count);
          shown = percent;
        }
      }
    }
    progress.clear();
    int files = count + set.skipped().size();
    if (skipped == files) {
      throw new CommandException("--data: none of " + files + " files is a picture of " + size);
    }
    return table;
  }

  /** How many files could not be used. */
  int skipped() {
    return skipped;
  }

  private @Nullable PixelArray read(Path file) {
    try {
      PixelArray picture = PixelArray.fromImage(ImageFile.read(file));
      if (picture.size().equals(size)) {
        return picture;
      }
      skip(
          "%s is %s pixels, %s takes %s (height x width)"
              .formatted(file, picture.size(), generator.spec().name(), size));
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
