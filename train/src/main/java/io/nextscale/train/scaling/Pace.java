package io.nextscale.train.scaling;

import io.nextscale.train.run.TrainingListener;
import java.util.Map;

/** Measures the speed of a run's steps, without the evaluations between them. */
final class Pace implements TrainingListener {
  private final TrainingListener listener;
  private long nanos;
  private long steps;
  private long before;
  private boolean running; // whether a step ended at that time, with nothing after it

  /** Measures what it passes on to a listener. */
  Pace(TrainingListener listener) {
    this.listener = listener;
  }

  @Override
  public void begun(String part, long total, int imagesPerStep) {
    listener.begun(part, total, imagesPerStep);
  }

  @Override
  public void progressed(long done, Map<String, Double> figures) {
    long now = System.nanoTime();
    if (running) {
      nanos += now - before;
      steps++;
    }
    listener.progressed(done, figures);
    before = now;
    running = true;
  }

  @Override
  public void evaluated(long done, Map<String, Double> figures) {
    listener.evaluated(done, figures);
    running = false;
  }

  /** Steps in a second; NaN where none was measured. */
  double stepsPerSecond() {
    return steps == 0 ? Double.NaN : steps / (nanos * 1e-9);
  }
}
