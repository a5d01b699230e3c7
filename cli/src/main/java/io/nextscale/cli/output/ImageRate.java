package io.nextscale.cli.output;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Progress through sets of images: images per second and the time left, once for each percent. */
public final class ImageRate {
  private final Progress progress;
  private @Nullable Path set;
  private long start;
  private int first;
  private int shownPercent;

  /** Shows on a progress line. */
  public ImageRate(Progress progress) {
    this.progress = progress;
  }

  /** Called after each batch of a set. */
  public void onImages(Path images, int done, int total) {
    if (!images.equals(set)) {
      set = images;
      start = System.nanoTime();
      first = done; // the rate is that of the images after the first batch
      shownPercent = -1;
    }
    int percent = (int) (100L * done / total);
    if (percent == shownPercent) {
      return;
    }
    shownPercent = percent;
    double seconds = (System.nanoTime() - start) / 1e9;
    String rate = "";
    if (done > first && seconds > 0) {
      double perSecond = (done - first) / seconds;
      Duration left = Duration.ofSeconds(Math.round((total - done) / perSecond));
      rate =
          String.format(
              Locale.ROOT,
              ", %.1f images/s, %d:%02d:%02d left",
              perSecond,
              left.toHours(),
              left.toMinutesPart(),
              left.toSecondsPart());
    }
    progress.step(
        done, total, "%s: image %s/%s%s".formatted(images.getFileName(), done, total, rate));
  }
}
