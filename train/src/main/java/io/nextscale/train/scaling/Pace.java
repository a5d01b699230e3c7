package io.nextscale.train.scaling;

import io.nextscale.train.ModelTraining;
import io.nextscale.train.TrainingRun;
import java.util.Map;

/** Passes on how a run goes, and measures how fast its steps are without what lies between. */
final class Pace implements TrainingRun.Listener {
  private final ModelTraining.Listener listener;
  private long nanos;
  private long steps;
  private long before;
  private boolean running; // whether a step ended at that time, with nothing after it

  Pace(ModelTraining.Listener listener) {
    this.listener = listener;
  }

  @Override
  public void stepped(long done, Map<String, Double> figures) {
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
