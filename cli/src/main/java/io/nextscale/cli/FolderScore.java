package io.nextscale.cli;

import io.nextscale.var.ImageGenerator;
import io.nextscale.var.image.ImageException;
import io.nextscale.var.image.ImageFile;
import io.nextscale.var.image.PixelArray;
import io.nextscale.var.model.ModelSpec;
import io.nextscale.var.scale.PictureSize;
import io.nextscale.var.scale.Scales;
import io.nextscale.var.scale.TokenMaps;
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
   * @param batch how many are computed at a time
   * @throws CommandException if none could be used
   */
  ScoreTable of(ClassFolders folders, int batch) {
    ScoreTable table = new ScoreTable(scales);
    int count = folders.pictures().size();
    List<PixelArray> pictures = new ArrayList<>();
    List<String> classes = new ArrayList<>();
    int shown = 0;
    for (int i = 0; i < count; i++) {
      ClassFolders.Labelled next = folders.pictures().get(i);
      PixelArray picture = read(next);
      if (picture != null) {
        pictures.add(picture);
        classes.add(Integer.toString(next.classId()));
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
    if (skipped == count) {
      throw new CommandException("--data: none of " + count + " files is a picture of " + size);
    }
    return table;
  }

  /** How many files could not be used. */
  int skipped() {
    return skipped;
  }

  private @Nullable PixelArray read(ClassFolders.Labelled labelled) {
    String problem;
    try {
      PixelArray picture = PixelArray.fromImage(ImageFile.read(labelled.file()));
      if (picture.size().equals(size)) {
        return picture;
      }
      ModelSpec spec = generator.spec();
      problem =
          labelled.file()
              + " is "
              + picture.size()
              + " pixels, "
              + spec.name()
              + " takes "
              + size
              + " (height x width)";
    } catch (ImageException e) {
      problem = Errors.line(e);
    }
    skipped++;
    progress.clear();
    io.warn("skipped: " + problem);
    return null;
  }
}
