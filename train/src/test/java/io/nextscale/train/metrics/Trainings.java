package io.nextscale.train.metrics;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Made-up trainings for tests. */
final class Trainings {
  static final List<String> COLUMNS =
      List.of("loss", "accuracy", "gradient norm", "learning rate", "validation loss", "PSNR");

  private Trainings() {}

  /** A noisy training whose last two columns are measured every 500 steps. */
  static MetricsHistory noisy(int steps) {
    Random random = new Random(7);
    List<MetricsRow> rows = new ArrayList<>();
    for (int step = 1; step <= steps; step++) {
      Map<String, Double> values = new LinkedHashMap<>();
      double loss = 8.3 * Math.pow(step, -0.12);
      values.put("loss", loss * (1 + 0.06 * random.nextGaussian()));
      values.put("accuracy", 0.6 * (1 - Math.exp(-step / 2000.0)) + 0.03 * random.nextGaussian());
      values.put("gradient norm", Math.exp(random.nextGaussian() * 0.7 - 1) * loss);
      values.put("learning rate", 1e-4 * Math.min(1, step / 500.0) * (1 - 0.9 * step / steps));
      if (step % 500 == 0) {
        values.put("validation loss", loss * 1.1);
        values.put("PSNR", 15 + 1.5 * Math.log(step));
      }
      rows.add(new MetricsRow(step, values));
    }
    return new MetricsHistory(COLUMNS, rows);
  }
}
