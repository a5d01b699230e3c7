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

/** The images after each scale, as files and as animations. */
final class Previews {
  private static final int FRAME_MILLIS = 250;
  private static final int LAST_FRAME_REPEATS = 6;

  private final @Nullable Path folder;
  private final @Nullable OutputNames gifs;
  private final int count;
  private final List<List<BufferedImage>> frames = new ArrayList<>();

  Previews(OutputOptions output, int count) {
    folder = output.preview;
    gifs = output.gif == null ? null : OutputNames.of("--gif", output.gif, ".gif", count);
    this.count = count;
  }

  /** A scale of the batch that begins at an image is done. */
  void scale(int firstImage, ScaleEvent event) {
    if (folder == null && gifs == null) {
      return;
    }
    List<BufferedImage> images = event.preview();
    for (int b = 0; b < images.size(); b++) {
      if (gifs != null) {
        while (frames.size() <= firstImage + b) {
          frames.add(new ArrayList<>());
        }
        frames.get(firstImage + b).add(images.get(b));
      }
    }
    write(folder, firstImage, count, event.index(), images);
  }

  /** Writes images of one scale, numbered if the command makes several. */
  static void write(
      @Nullable Path folder, int first, int count, int scale, List<BufferedImage> images) {
    if (folder == null) {
      return;
    }
    OutputFiles.create(folder);
    for (int b = 0; b < images.size(); b++) {
      String name = name(first + b, count, scale);
      PngFile.write(folder.resolve(name), images.get(b), Map.of("Software", "Nextscale"));
    }
  }

  /** The name of an image's file at a scale. */
  static String name(int index, int count, int scale) {
    String number = count == 1 ? "" : String.format(Locale.ROOT, "image_%03d_", index);
    return number + String.format(Locale.ROOT, "scale_%02d.png", scale);
  }

  /** Writes the animations of a batch and prints their names. */
  void finish(int firstImage, int count, Io io) {
    if (gifs == null) {
      return;
    }
    for (int i = firstImage; i < firstImage + count; i++) {
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
