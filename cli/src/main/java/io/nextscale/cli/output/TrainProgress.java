package io.nextscale.cli.output;

import io.nextscale.train.metrics.ProgressLine;
import io.nextscale.train.run.TrainingListener;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Shows on stderr how a training goes: a line drawn anew, and a line for each evaluation. */
public final class TrainProgress implements TrainingListener, AutoCloseable {
  private static final double SECONDS_BETWEEN_LINES = 30; // without a terminal

  private final Progress progress;
  private final Console console;
  private String part = "";
  private long total = 1;
  private int imagesPerStep = 1;
  private long doneBefore = -1;
  private long begun;
  private double lastLine;

  /** Shows progress on a console, or nothing if that is quiet. */
  public TrainProgress(Console console) {
    this.console = console;
    this.progress = new Progress(console);
  }

  @Override
  public void begun(String name, long steps, int images) {
    part = name;
    total = steps;
    imagesPerStep = images;
    doneBefore = -1;
    lastLine = console.seconds();
    progress.clear();
    console.note(name + ": " + steps + (images > 1 ? " steps" : " images"));
  }

  @Override
  public void progressed(long done, Map<String, Double> figures) {
    if (doneBefore < 0) { // the first step prepares kernels: the clock begins after it
      doneBefore = done;
      begun = System.nanoTime();
      return;
    }
    boolean due = console.isTerminal() || console.seconds() - lastLine > SECONDS_BETWEEN_LINES;
    if (!due && done < total) {
      return;
    }
    lastLine = console.seconds();
    double seconds = Console.secondsSince(begun);
    Map<String, Double> shown = new LinkedHashMap<>();
    for (String name : new String[] {"loss", "psnr"}) {
      if (figures.containsKey(name)) {
        shown.put(name, figures.get(name));
      }
    }
    double speed = (done - doneBefore) * imagesPerStep / seconds;
    String line =
        part + " " + new ProgressLine(done, total, doneBefore, seconds, shown, speed).text();
    if (console.isTerminal()) {
      progress.status(line);
    } else {
      console.note(line);
    }
  }

  @Override
  public void evaluating(String figure, int images, int total) {
    String line = "%s %s: image %s/%s".formatted(part, figure, images, total);
    if (console.isTerminal()) {
      progress.status(line);
    } else if (console.seconds() - lastLine > SECONDS_BETWEEN_LINES) {
      lastLine = console.seconds();
      console.note(line);
    }
  }

  @Override
  public void evaluated(long done, Map<String, Double> figures) {
    StringBuilder line = new StringBuilder(part + " step " + done + ":");
    figures.forEach(
        (name, value) -> line.append(String.format(Locale.ROOT, " %s %.4f", name, value)));
    progress.clear();
    console.note(line.toString());
  }

  @Override
  public void close() {
    progress.close();
  }
}
