package io.nextscale.cli;

import io.nextscale.train.metrics.ProgressLine;
import io.nextscale.train.run.TrainingListener;
import java.util.LinkedHashMap;
import java.util.Map;

/** Tells on stderr how a training goes: a line that is drawn over, and one for each evaluation. */
final class TrainProgress implements TrainingListener, AutoCloseable {
  // where there is no line to draw over
  private static final double SECONDS_BETWEEN_LINES = 30;

  private final Progress progress;
  private final Io io;
  private final boolean quiet;
  private String part = "";
  private long total = 1;
  private int imagesPerStep = 1;
  private long before = -1;
  private long begun;
  private double lastLine;

  TrainProgress(Io io, boolean quiet) {
    this.io = io;
    this.quiet = quiet;
    this.progress = new Progress(io, quiet);
  }

  @Override
  public void begun(String name, long steps, int images) {
    part = name;
    total = steps;
    imagesPerStep = images;
    before = -1;
    lastLine = io.seconds();
    if (!quiet) {
      progress.clear();
      io.err().println(name + ": " + steps + (images > 1 ? " steps" : " images"));
    }
  }

  @Override
  public void progressed(long done, Map<String, Double> figures) {
    if (before < 0) { // the first step prepares kernels: the clock begins after it
      before = done;
      begun = System.nanoTime();
      return;
    }
    boolean due = io.terminal() || io.seconds() - lastLine > SECONDS_BETWEEN_LINES;
    if (quiet || !due && done < total) {
      return;
    }
    lastLine = io.seconds();
    double seconds = Io.since(begun);
    Map<String, Double> shown = new LinkedHashMap<>();
    for (String name : new String[] {"loss", "psnr"}) {
      if (figures.containsKey(name)) {
        shown.put(name, figures.get(name));
      }
    }
    double speed = (done - before) * imagesPerStep / seconds;
    String line = part + " " + new ProgressLine(done, total, before, seconds, shown, speed).text();
    if (io.terminal()) {
      progress.status(line);
    } else {
      io.err().println(line);
    }
  }

  @Override
  public void evaluated(long done, Map<String, Double> figures) {
    if (quiet) {
      return;
    }
    StringBuilder line = new StringBuilder(part + " step " + done + ":");
    figures.forEach((name, value) -> line.append(" %s %.4f".formatted(name, value)));
    progress.clear();
    io.err().println(line);
  }

  @Override
  public void close() {
    progress.close();
  }
}
