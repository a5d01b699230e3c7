package io.nextscale.cli;

import io.nextscale.var.ScaleEvent;
import io.nextscale.var.image.GifFile;
import io.nextscale.var.image.PngFile;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The pictures after each scale, as files and as animations. */
final class Previews {
  private static final int FRAME_MILLIS = 250;
  private static final int LAST_FRAME_REPEATS = 6;

  private final @Nullable Path folder;
  private final @Nullable OutputNames gifs;
  private final int pictures;
  private final List<List<BufferedImage>> frames = new ArrayList<>();

  Previews(OutputOptions output, int pictures) {
    folder = output.preview;
    gifs = output.gif == null ? null : OutputNames.of("--gif", output.gif, ".gif", pictures);
    this.pictures = pictures;
  }

  /** A scale of the batch that begins at a picture is done. */
  void scale(int firstPicture, ScaleEvent event) {
    if (folder == null && gifs == null) {
      return;
    }
    List<BufferedImage> images = event.preview();
    for (int b = 0; b < images.size(); b++) {
      if (gifs != null) {
        while (frames.size() <= firstPicture + b) {
          frames.add(new ArrayList<>());
        }
        frames.get(firstPicture + b).add(images.get(b));
      }
    }
    write(folder, firstPicture, pictures, event.index(), images);
  }

  /** Writes pictures of one scale, numbered if the command makes several. */
  static void write(
      @Nullable Path folder, int first, int pictures, int scale, List<BufferedImage> images) {
    if (folder == null) {
      return;
    }
    OutputFiles.create(folder);
    for (int b = 0; b < images.size(); b++) {
      String name = name(first + b, pictures, scale);
      PngFile.write(folder.resolve(name), images.get(b), Map.of("Software", "Nextscale"));
    }
  }

  /** The name of a picture's file at a scale. */
  static String name(int index, int pictures, int scale) {
    String number = pictures == 1 ? "" : String.format(Locale.ROOT, "image_%03d_", index);
    return number + String.format(Locale.ROOT, "scale_%02d.png", scale);
  }

  /** Writes the animations of a batch and prints their names. */
  void finish(int firstPicture, int count, Io io) {
    if (gifs == null) {
      return;
    }
    for (int i = firstPicture; i < firstPicture + count; i++) {
      List<BufferedImage> all = new ArrayList<>(frames.get(i));
      for (int repeat = 1; repeat < LAST_FRAME_REPEATS; repeat++) {
        all.add(all.getLast());
      }
      Path file = gifs.file(i);
      GifFile.write(file, all, FRAME_MILLIS, true);
      frames.get(i).clear();
      io.out().println(file);
    }
  }
}
