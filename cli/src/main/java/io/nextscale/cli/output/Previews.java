package io.nextscale.cli.output;

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

/** Writes the images after each scale, as PNG files and as animations. */
public final class Previews {
  private static final int FRAME_MILLIS = 250;
  private static final int LAST_FRAME_REPEATS = 6;

  private final @Nullable Path folder;
  private final @Nullable OutputNames gifs;
  private final int count;
  private final List<List<BufferedImage>> frames = new ArrayList<>();

  /**
   * Prepares the files.
   *
   * @param folder of the PNG files, null for none
   * @param gif value of {@code --gif}, null for no animations
   * @param count number of images of the command
   */
  public Previews(@Nullable Path folder, @Nullable Path gif, int count) {
    this.folder = folder;
    gifs = gif == null ? null : OutputNames.of("--gif", gif, ".gif", count);
    this.count = count;
  }

  /** Adds a finished scale of the batch that begins with image {@code firstImage}. */
  public void addScale(int firstImage, ScaleEvent event) {
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

  /** Writes the images of one scale, numbered if the command makes several. */
  static void write(
      @Nullable Path folder, int first, int count, int scale, List<BufferedImage> images) {
    if (folder == null) {
      return;
    }
    new OutputPath("", folder).createFolder();
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
  public void finish(int firstImage, int count, Console console) {
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
      console.print(file);
    }
  }
}
