package io.nextscale.train.run;

import io.nextscale.train.metrics.MetricsHistory;
import io.nextscale.train.metrics.MetricsPlot;
import io.nextscale.train.metrics.MetricsTable;
import io.nextscale.var.check.Check;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * The run of a training from its beginning, or from its last state, to its end. Its folder holds
 *
 * <ul>
 *   <li>{@code state.safetensors}: the last state, replaced at each evaluation and at a stop;
 *   <li>{@code metrics.csv} and {@code metrics.png}: a row for each step, and the curves;
 *   <li>{@code samples/}: images that the model made at each evaluation;
 *   <li>{@code best.safetensors}: the weights that did best so far on held-out images.
 * </ul>
 *
 * <p>Killed at any moment it goes on from the last state and ends in the same weights as if it had
 * not been.
 */
public final class TrainingRun {
  private final String part;
  private final Training training;
  private final Path folder;
  private final Schedule schedule;
  private final TrainingListener listener;

  /**
   * Times of the evaluations, and the choice of the best weights.
   *
   * @param every steps from one evaluation and state to the next, at least 1
   * @param best name of the figure that tells which weights are best
   * @param largest whether the best value is the largest, not the smallest
   */
  public record Schedule(long every, String best, boolean largest) {
    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if {@code every} is below 1
     */
    public Schedule {
      Objects.requireNonNull(best, "best");
      Check.that(every >= 1, "steps between evaluations", every, "1 and more");
    }
  }

  /**
   * Prepares a run.
   *
   * @param part name of what is trained, for the listener
   * @param folder of this run alone; it is made if it is not there
   */
  public TrainingRun(
      String part, Training training, Path folder, Schedule schedule, TrainingListener listener) {
    this.part = part;
    this.training = training;
    this.folder = folder;
    this.schedule = schedule;
    this.listener = listener;
  }

  /** File of the weights that did best, in the folder of a run. */
  public static Path best(Path folder) {
    return folder.resolve("best.safetensors");
  }

  private Path state() {
    return folder.resolve("state.safetensors");
  }

  /**
   * Runs to the end, or until it is stopped; then its state is written and a later call goes on.
   *
   * @param stop asked after every step
   * @return whether the end was reached
   * @throws UncheckedIOException if a file cannot be written; what was written before stays
   */
  public boolean run(BooleanSupplier stop) {
    listener.begun(part, training.steps(), training.imagesPerStep());
    try {
      Files.createDirectories(folder.resolve("samples"));
      TrainingState state = new TrainingState(training.state());
      long done = Files.exists(state()) ? state.load(state()) : 0;
      try (MetricsTable metrics = metrics(done)) {
        double best = best(metrics.read());
        while (done < training.steps()) {
          Map<String, Double> figures = new LinkedHashMap<>(training.step(done));
          done++;
          listener.progressed(done, figures);
          boolean due = done % schedule.every() == 0 || done == training.steps();
          if (due) {
            best = evaluate(done, figures, best);
          }
          metrics.append(done, figures);
          boolean stopped = stop.getAsBoolean();
          if (due || stopped) {
            state.save(state(), done);
          }
          if (due) {
            plot(metrics.read());
          }
          if (stopped) {
            return done == training.steps();
          }
        }
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException("training in " + folder + ": " + e.getMessage(), e);
    }
  }

  private MetricsTable metrics(long done) throws IOException {
    Path file = folder.resolve("metrics.csv");
    return done == 0
        ? MetricsTable.create(file, training.columns())
        : MetricsTable.resume(file, training.columns(), done);
  }

  private double evaluate(long done, Map<String, Double> figures, double best) {
    Map<String, Double> evaluation = training.evaluate();
    figures.putAll(evaluation);
    String name = String.format(Locale.ROOT, "step-%06d.png", done);
    training.draw(folder.resolve("samples").resolve(name));
    listener.evaluated(done, evaluation);
    double value = evaluation.getOrDefault(schedule.best(), Double.NaN);
    if (!isBetter(value, best)) {
      return best;
    }
    training.export(best(folder));
    return value;
  }

  private boolean isBetter(double value, double best) {
    return Double.isNaN(best) || (schedule.largest() ? value > best : value < best);
  }

  /** The best value so far, NaN if there is none. */
  private double best(MetricsHistory history) {
    double best = Double.NaN;
    for (var row : history.rows()) {
      double value = row.values().getOrDefault(schedule.best(), Double.NaN);
      if (!Double.isNaN(value) && isBetter(value, best)) {
        best = value;
      }
    }
    return best;
  }

  private void plot(MetricsHistory history) {
    String[] columns =
        training.columns().stream()
            .filter(name -> !name.equals("rate")) // as it was planned
            .filter(name -> history.rows().stream().anyMatch(row -> row.value(name).isPresent()))
            .toArray(String[]::new);
    MetricsPlot.of(columns).write(folder.resolve("metrics.png"), history);
  }
}
